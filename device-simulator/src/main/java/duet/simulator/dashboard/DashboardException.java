package duet.simulator.dashboard;

/** Says that a live page cannot be shown; the run has nothing to do with it. */
public final class DashboardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DashboardException(String message, Throwable cause) {
        super(message, cause);
    }
}
