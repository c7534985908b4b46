package io.dynamodblake.schema;

import java.util.List;
import java.util.Objects;

/**
 * A schema that has taken in new data.
 *
 * @param schema the evolved schema
 * @param forecast what of the new data does not fit it all the same
 * @param notes what changed, and what was kept though the data asks for more; one sentence each, in
 *     the order of the columns
 */
public record Evolution(TableSchema schema, Forecast forecast, List<String> notes) {
  public Evolution {
    Objects.requireNonNull(schema, "schema is null");
    Objects.requireNonNull(forecast, "forecast is null");
    notes = List.copyOf(notes);
  }
}
