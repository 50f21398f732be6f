package duet.simulator.fleet.account;

/**
 * A device in a list.
 *
 * @param id of the device
 * @param personalized whether it holds a delta
 */
public record DeviceEntry(String id, boolean personalized) {}
