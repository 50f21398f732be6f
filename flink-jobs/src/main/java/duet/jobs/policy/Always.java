package duet.jobs.policy;

/** Answers every window. */
public final class Always implements GenerationPolicy {
    @Override
    public boolean sends(Candidate candidate) {
        return true;
    }

    @Override
    public boolean answersAll() {
        return true;
    }
}
