package io.dynamodblake.aws;

import java.time.Instant;

/** From when to when the state of a table is known. */
public record PitrWindow(Instant earliest, Instant latest) {}
