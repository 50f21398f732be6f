package duet.simulator.workload;

/** Makes identities of a prefix that a fleet's devices share, and the index of the device. */
public record DeviceIds(String prefix, int devices) {
    /** Returns the identity of a device. */
    public String of(int device) {
        return prefix + device;
    }

    /** Returns the index of the device of that identity; -1 where it is none of these. */
    public int indexOf(String deviceId) {
        int digits = deviceId.length() - prefix.length();
        // More digits than an int has are no index, and a leading 0 makes it another's identity.
        if (digits < 1 || digits > 10 || !deviceId.startsWith(prefix)) {
            return -1;
        }
        long index = 0;
        for (int i = prefix.length(); i < deviceId.length(); i++) {
            char digit = deviceId.charAt(i);
            if (digit < '0' || digit > '9' || (digit == '0' && index == 0 && digits > 1)) {
                return -1;
            }
            index = 10 * index + digit - '0';
        }
        return index < devices ? (int) index : -1;
    }
}
