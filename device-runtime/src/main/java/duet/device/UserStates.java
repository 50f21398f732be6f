package duet.device;

/**
 * The user states of one ranking: what a backbone made of a history, for each candidate. For one
 * thread.
 */
interface UserStates {
    /**
     * The state u [d] that a candidate of that index is scored with; not written to, and valid
     * until the next call.
     */
    float[] of(int item);

    /** Whether all candidates have the same state. */
    default boolean same() {
        return false;
    }

    /** One state for every candidate. */
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

    /** These states, each plus the same vector. */
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
