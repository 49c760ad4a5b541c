package io.jvmm.vfio.check;

import io.jvmm.vfio.SessionAnswer;

/**
 * What became of a pair of states.
 *
 * @param transition the pair
 * @param mark what the device did
 * @param session whether it began a session of data; {@code UNTOLD} unless entered
 * @param detail what is wrong; the errno of a refusal; why it was not tested; may be empty
 * @param direct times of one request for the far state
 * @param stepwise times of the way arc by arc; none if it has one arc
 */
public record TransitionResult(
        Transition transition,
        Mark mark,
        SessionAnswer session,
        String detail,
        Timing direct,
        Timing stepwise) {}
