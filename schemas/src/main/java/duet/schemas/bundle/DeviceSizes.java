package duet.schemas.bundle;

import duet.schemas.InvalidInputException;

/**
 * Holds the sizes of the static layers on a device.
 *
 * @param width d, width of the device model
 * @param blocks attention blocks of the backbone
 * @param heads attention heads of a block
 * @param feedForward f, inner width of a block's feed-forward layer, or of DIN's attention
 */
public record DeviceSizes(int width, int blocks, int heads, int feedForward) {
    public DeviceSizes {
        SizeRanges.require("width", width, 1, SizeRanges.MAX_WIDTH - 1);
        SizeRanges.require("blocks", blocks, 1, 16);
        SizeRanges.require("heads", heads, 1, width);
        SizeRanges.require("feedForward", feedForward, 1, SizeRanges.MAX_WIDTH);
        if (width % heads != 0) {
            throw new InvalidInputException(
                    "width " + width + " is not a multiple of " + heads + " heads");
        }
    }

    /**
     * Returns these sizes at another width; the feed-forward layers keep their proportion to it.
     */
    public DeviceSizes withWidth(int value) {
        return new DeviceSizes(value, blocks, heads, Math.max(1, feedForward * value / width));
    }
}
