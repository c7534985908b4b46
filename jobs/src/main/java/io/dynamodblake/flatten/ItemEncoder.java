package io.dynamodblake.flatten;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.type.ItemWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Makes items of rows again, the inverse of {@link ItemDecoder}: a tree of encoders built once for
 * a schema and walked once a row. A value in {@code ddb_rescued} wins over its column, which is
 * null or holds a time whose text was kept; null is NULL where {@code ddb_nulls} says so, and
 * otherwise absent. One encoder a thread.
 */
public final class ItemEncoder {
  private final String[] attributes;
  private final byte[][] names;
  private final ValueEncoder[] encoders;
  private final Encoding encoding = new Encoding();

  private ItemEncoder(List<Column> columns) {
    this.attributes = columns.stream().map(Column::attribute).toArray(String[]::new);
    this.names =
        columns.stream()
            .map(column -> column.attribute().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    this.encoders =
        columns.stream()
            .map(
                column ->
                    column.protection() == Protection.NONE
                        ? ContainerEncoders.of(column.mapping())
                        : ScalarEncoders.ofProtected())
            .toArray(ValueEncoder[]::new);
  }

  /**
   * Encodes rows of all written columns in their order, then {@code ddb_rescued}, then {@code
   * ddb_nulls}. Dropped columns are absent from the items; of protected ones the items get the text
   * that the lake holds.
   */
  public static ItemEncoder forSchema(TableSchema schema) {
    return new ItemEncoder(schema.writtenColumns());
  }

  /**
   * Writes one row as an item.
   *
   * @throws ItemDefectException if the row contradicts itself or holds what DynamoDB cannot; the
   *     writer is then in the middle of the item
   */
  public void encode(ColumnSource row, ItemWriter writer) throws ItemDefectException {
    encoding.begin(writer);
    Overlay told = Overlay.of(row, encoders.length, encoders.length + 1);
    writer.beginItem();
    for (int i = 0; i < encoders.length; i++) {
      encoding.attribute(attributes[i]);
      Overlay toldOfColumn = told == null ? null : told.take(attributes[i]);
      encoders[i].encodeEntry(names[i], row, i, toldOfColumn, encoding);
    }
    if (told != null) {
      encoding.writeLeft(told, true);
    }
    writer.endItem();
  }
}
