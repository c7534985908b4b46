package io.dynamodblake.lake.items;

import io.dynamodblake.flatten.ItemDefectException;
import io.dynamodblake.flatten.ItemEncoder;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.JsonItemWriter;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.lake.input.BatchRows;
import io.dynamodblake.lake.input.RowInput;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.Losses;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.spark.convert.BatchColumns;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.run.LookAhead;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/** A snapshot of a lake table. */
record ItemsOfLake(SparkSession spark, String action, RowInput input) implements ItemSet {
  @Override
  public String kind() {
    return "lake table, " + input.name();
  }

  @Override
  public long promised() throws IOException {
    return input.allRows().orElse(-1);
  }

  @Override
  public Wholeness wholeness(long items) throws IOException {
    return input.wholeness();
  }

  @Override
  public TableFacts facts() throws IOException {
    return input.facts();
  }

  @Override
  public Optional<String> snapshot() {
    return input.snapshot();
  }

  @Override
  public List<KeyAttribute> keys() {
    return input.schema().keys();
  }

  @Override
  public List<String> losses() {
    return input.losses();
  }

  @Override
  public Optional<String> lossOf(String attribute) {
    return input.parts().stream()
        .flatMap(part -> part.schema().columns().stream())
        .filter(column -> column.isOf(attribute))
        .flatMap(column -> Losses.reason(column).stream())
        .findFirst();
  }

  @Override
  public List<String> notes() {
    return losses().isEmpty()
        ? List.of()
        : List.of("The lake table does not hold as it was: " + String.join(", ", losses()));
  }

  @Override
  public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) {
    JavaRDD<T> all = null;
    for (RowInput part : input.parts()) {
      JavaRDD<T> own = items(part, maker);
      all = all == null ? own : all.union(own);
    }
    return all;
  }

  private <T> JavaRDD<T> items(RowInput part, ExportItems.Maker<T> maker) {
    TableSchema schema = part.schema();
    String task = action;
    return BatchRows.of(part.rows(spark, false))
        .mapPartitions(rows -> new RowItems<T>(rows, schema, task, maker));
  }

  /** The rows of one task. */
  private static final class RowItems<T> extends LookAhead<T> {
    private final Iterator<InternalRow> rows;
    private final String action;
    private final Function<ItemTape, T> function;
    private final ItemEncoder encoder;
    private final BatchColumns source = new BatchColumns();
    private final JsonItemWriter writer = new JsonItemWriter();
    private final ItemScanner scanner = new ItemScanner();
    private final ItemTape tape = new ItemTape();
    private T item;

    RowItems(
        Iterator<InternalRow> rows, TableSchema schema, String action, ExportItems.Maker<T> maker) {
      this.rows = rows;
      this.action = action;
      this.function = maker.get(() -> "a row of the lake table");
      this.encoder = ItemEncoder.forSchema(schema);
    }

    @Override
    protected boolean advance() {
      item = null;
      while (item == null && rows.hasNext()) {
        source.row(rows.next());
        writer.reset();
        try {
          encoder.encode(source.columns(), writer);
          scanner.scan(writer.bytes(), 0, writer.length() - 1, tape);
        } catch (ItemDefectException | MalformedRecordException e) {
          throw new DataRefusedException(
              "Cannot %s: a row of the lake table is no item: %s; flatten the export again"
                  .formatted(action, e.getMessage()),
              e);
        }
        item = function.apply(tape);
      }
      return item != null;
    }

    @Override
    protected T take() {
      return item;
    }
  }
}
