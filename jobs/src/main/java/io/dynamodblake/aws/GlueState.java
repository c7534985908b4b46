package io.dynamodblake.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.glue.model.Table;

/**
 * What the catalog has at the place of a table.
 *
 * @param database whether the database is there
 * @param partitions locations of the registered partitions by their values, in the order in which
 *     Glue lists them; none where {@link GlueDifference#needsPartitions} says that nobody asks
 */
record GlueState(boolean database, Optional<Table> table, Map<List<String>, String> partitions) {}
