package duet.jobs.policy;

/** This policy answers every window. */
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
