package io.jvmm.cli.soak;

import io.jvmm.machine.VirtualMachine;
import io.jvmm.monitor.LocalMonitor;
import io.jvmm.monitor.json.Json;

/** A virtual machine in this process. */
final class LocalVmm implements Vmm {
    private final VirtualMachine machine;
    private final LocalMonitor monitor;

    LocalVmm(VirtualMachine machine) {
        this.machine = machine;
        this.monitor = new LocalMonitor(machine);
        machine.start();
    }

    @Override
    public Json ask(String command, Json.Obj arguments) {
        return monitor.execute(command, arguments);
    }

    @Override
    public String runState() {
        return machine.runState().label();
    }

    @Override
    public void close() {
        machine.close();
    }
}
