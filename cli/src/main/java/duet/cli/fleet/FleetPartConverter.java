package duet.cli.fleet;

import duet.schemas.InvalidInputException;
import duet.simulator.fleet.FleetPart;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the part of a fleet: {@code 2/3}. */
final class FleetPartConverter implements ITypeConverter<FleetPart> {
    @Override
    public FleetPart convert(String text) {
        try {
            return FleetPart.parse(text);
        } catch (InvalidInputException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
