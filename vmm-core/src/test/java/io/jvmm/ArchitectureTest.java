package io.jvmm;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The arrows of ARCHITECTURE.md: what each package may see. */
class ArchitectureTest {
    private static final Map<String, String[]> MAY_SEE = mayBeSeen();

    private final JavaClasses classes =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("io.jvmm");

    /** Layer, then the layers that may see it. */
    private static Map<String, String[]> mayBeSeen() {
        Map<String, String[]> layers = new LinkedHashMap<>();
        layers.put("cli", new String[0]);
        layers.put("machine", new String[] {"cli"});
        layers.put("monitor", new String[] {"cli", "machine"});
        layers.put("migration", new String[] {"cli", "machine", "monitor"});
        layers.put("device.vfio", new String[] {"machine"});
        layers.put("device.pci", new String[] {"machine", "device.vfio"});
        layers.put("device", new String[] {"cli", "machine", "device.vfio"});
        layers.put("guest.kvm", new String[] {"machine"});
        layers.put("guest.interp", new String[] {"machine"});
        layers.put("guest.stress", new String[] {"cli", "machine"});
        layers.put(
                "guest",
                new String[] {
                    "machine",
                    "device",
                    "device.pci",
                    "device.vfio",
                    "guest.kvm",
                    "guest.interp",
                    "guest.stress"
                });
        layers.put(
                "savevm",
                new String[] {"machine", "migration", "device", "device.vfio", "savevm.ram"});
        layers.put(
                "savevm.ram",
                new String[] {
                    "machine", "migration", "device.vfio", "guest", "guest.kvm", "guest.interp"
                });
        layers.put("vmstate", new String[] {"device", "device.pci", "device.vfio", "savevm"});
        layers.put("vfio", new String[] {"cli", "machine", "device.vfio"});
        layers.put("kvm", new String[] {"guest.kvm"});
        layers.put("fault", new String[] {"cli"});
        return layers;
    }

    @Test
    void shouldKeepTheArrowsBetweenThePackages() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (String layer : MAY_SEE.keySet()) {
            layers = layers.layer(layer).definedBy(packagesOf(layer));
        }
        for (Map.Entry<String, String[]> each : MAY_SEE.entrySet()) {
            layers =
                    each.getValue().length == 0
                            ? layers.whereLayer(each.getKey()).mayNotBeAccessedByAnyLayer()
                            : layers.whereLayer(each.getKey())
                                    .mayOnlyBeAccessedByLayers(each.getValue());
        }
        layers.check(classes);
    }

    @Test
    void shouldKnowNothingOfAMigrationWhereFaultsAreMade() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.jvmm.fault")
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.describe(
                                "other packages of this program",
                                type ->
                                        type.getPackageName().startsWith("io.jvmm.")
                                                && !type.getPackageName().equals("io.jvmm.fault")))
                .check(classes);
    }

    @Test
    void shouldKeepNativeCodeOutOfTheStream() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAnyPackage(
                        "io.jvmm.stream",
                        "io.jvmm.stream.wire",
                        "io.jvmm.vmstate",
                        "io.jvmm.savevm",
                        "io.jvmm.migration..",
                        "io.jvmm.monitor",
                        "io.jvmm.device",
                        "io.jvmm.device.pci")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.jvmm.linux..", "io.jvmm.kvm..")
                .check(classes);
    }

    @Test
    void shouldKeepAdmissionFreeOfAllThatItDecidesOn() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.jvmm.migration.admission")
                .should()
                .dependOnClassesThat(
                        JavaClass.Predicates.resideInAPackage("io.jvmm..")
                                .and(
                                        JavaClass.Predicates.resideOutsideOfPackages(
                                                "io.jvmm.migration.admission", "io.jvmm.stream")))
                .check(classes);
    }

    @Test
    void shouldCallRestrictedMethodsInOnePackageOnly() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("io.jvmm.linux.internal")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.lang.foreign.Linker")
                .check(classes);
    }

    @Test
    void shouldSeeTheCommandLineAndJsonLibrariesInOnePlaceOnly() {
        ArchRuleDefinition.noClasses()
                .that()
                .resideOutsideOfPackage("io.jvmm.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "org.jline..")
                .check(classes);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().matching("io.jvmm.(**)").should().beFreeOfCycles().check(classes);
    }

    private static String[] packagesOf(String layer) {
        return switch (layer) {
            case "cli", "monitor", "migration", "vfio", "kvm" ->
                    new String[] {"io.jvmm." + layer + ".."};
            default -> new String[] {"io.jvmm." + layer};
        };
    }
}
