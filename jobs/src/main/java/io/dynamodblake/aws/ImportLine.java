package io.dynamodblake.aws;

import java.time.Instant;
import java.util.Optional;

/** One of a list of imports. */
public record ImportLine(
    String arn,
    String status,
    String source,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt) {}
