package duet.schemas.bundle;

/** Lists the types of number that a bundle's tensors have, by their names in a safetensors file. */
public enum TensorType {
    /** IEEE 754 binary32. */
    F32(Float.BYTES),

    /** IEEE 754 binary16. */
    F16(Short.BYTES),

    /** A whole number from -128 to 127. */
    I8(Byte.BYTES);

    private final int bytes;

    TensorType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns how many bytes a number takes. */
    public int bytes() {
        return bytes;
    }
}
