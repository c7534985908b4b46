package io.dynamodblake.schema;

import java.util.Objects;

/**
 * A proposed table schema.
 *
 * @param forecast what of the data would not fit it
 */
public record Plan(TableSchema schema, Forecast forecast) {
  public Plan {
    Objects.requireNonNull(schema, "schema is null");
    Objects.requireNonNull(forecast, "forecast is null");
  }
}
