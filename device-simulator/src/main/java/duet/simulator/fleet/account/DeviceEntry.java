package duet.simulator.fleet.account;

/**
 * An entry is one device in a list of devices.
 *
 * @param id of the device
 * @param personalized whether it holds a delta
 */
public record DeviceEntry(String id, boolean personalized) {}
