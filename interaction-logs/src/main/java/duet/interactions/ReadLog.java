package duet.interactions;

import duet.model.data.InteractionLog;

/**
 * Holds what a log gave.
 *
 * @param log users and their interactions
 * @param report how it was read, and what of it was left out
 */
public record ReadLog(InteractionLog log, ReadReport report) {}
