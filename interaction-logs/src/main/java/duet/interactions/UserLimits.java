package duet.interactions;

/**
 * Says what is taken of each user.
 *
 * @param dropRepeats whether an interaction that repeats one of the same user, item and time is
 *     left out; in a log without times, one that follows an interaction with the same item
 * @param most interactions of a user that are kept, the newest; 0 for all
 * @param least interactions that a user needs; at least those that the evaluation needs
 */
public record UserLimits(boolean dropRepeats, int most, int least) {

    /** Takes everything. */
    public static final UserLimits NONE = new UserLimits(false, 0, 0);
}
