package duet.device;

/**
 * Holds the user states of one ranking: what a backbone made of a history, for each candidate. It
 * is for one thread.
 */
interface UserStates {
    /**
     * Returns the state u [d] that a candidate of that index is scored with. It must not be written
     * to, and is valid until the next call.
     */
    float[] of(int item);

    /** Returns whether all candidates have the same state. */
    default boolean same() {
        return false;
    }

    /** Returns states that are the same one for every candidate. */
    static UserStates same(float[] state) {
        return new UserStates() {
            @Override
            public float[] of(int item) {
                return state;
            }

            @Override
            public boolean same() {
                return true;
            }
        };
    }

    /** Returns these states, each plus the same vector. */
    default UserStates plus(float[] vector) {
        UserStates states = this;
        return new UserStates() {
            private final float[] sum = new float[vector.length];

            @Override
            public float[] of(int item) {
                float[] state = states.of(item);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] = state[i] + vector[i];
                }
                return sum;
            }

            @Override
            public boolean same() {
                return states.same();
            }
        };
    }
}
