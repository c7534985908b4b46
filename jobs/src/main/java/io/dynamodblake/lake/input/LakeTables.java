package io.dynamodblake.lake.input;

import io.dynamodblake.conf.Words;
import io.dynamodblake.lake.Fingerprint;
import io.dynamodblake.lake.Lake;
import io.dynamodblake.lake.LakeSnapshot;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Origin;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.TableSchemaJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * All tables into which the items of one DynamoDB table were taken apart: together they are that
 * table again, whatever parts of keys their columns repeat.
 */
public final class LakeTables implements RowInput {
  private final Lake lake;
  private final boolean current;
  private final List<LakeInput> parts;

  private LakeTables(Lake lake, boolean current, List<LakeInput> parts) {
    this.lake = lake;
    this.current = current;
    this.parts = List.copyOf(parts);
  }

  /**
   * Opens what lies in the folder of a lake: its table, all of its tables, or one of them.
   *
   * @param wanted id of a snapshot; empty for the current one
   * @param where a condition over the columns, which each of several tables must have
   * @param words how whoever asks writes options, for messages
   */
  public static RowInput open(
      SparkSession session, Lake lake, Optional<String> wanted, Optional<String> where, Words words)
      throws IOException {
    List<LakeInput> inputs = new ArrayList<>();
    for (LakeSnapshot snapshot : lake.snapshots(wanted)) {
      inputs.add(LakeInput.of(session, snapshot, where, words));
    }
    return lake.isOfEntities() && !lake.isPart()
        ? new LakeTables(lake, wanted.isEmpty(), inputs)
        : inputs.get(0);
  }

  @Override
  public List<? extends RowInput> parts() {
    return parts;
  }

  @Override
  public String name() {
    return "snapshot %s of %d tables".formatted(lake.pointer().made().id(), parts.size());
  }

  @Override
  public String path() {
    return lake.layout().root();
  }

  /** Returns the columns of all tables, each attribute once: for whoever asks for attributes. */
  @Override
  public TableSchema schema() {
    Map<Origin, Column> byOrigin = new LinkedHashMap<>();
    for (LakeInput part : parts) {
      part.schema().columns().forEach(column -> byOrigin.putIfAbsent(column.origin(), column));
    }
    List<Column> columns = new ArrayList<>();
    byOrigin.values().forEach(column -> columns.add(column.named("c" + columns.size())));
    return new TableSchema(
        lake.pointer().table(),
        parts.stream()
            .map(part -> part.schema().keys())
            .filter(keys -> !keys.isEmpty())
            .findFirst()
            .orElse(List.of()),
        columns);
  }

  @Override
  public boolean hasRescued() {
    return true;
  }

  @Override
  public List<String> losses() {
    return parts.stream().flatMap(part -> part.losses().stream()).distinct().toList();
  }

  @Override
  public Dataset<Row> rows(SparkSession session, boolean withPlaces) {
    throw new UnsupportedOperationException("Each part has columns of its own");
  }

  @Override
  public RowPlaces places() {
    return RowPlaces.of(parts.stream().map(LakeInput::contents).toList(), path());
  }

  @Override
  public Wholeness wholeness() throws IOException {
    if (current) {
      return lake.wholeness();
    }
    Wholeness all = Wholeness.WHOLE;
    for (LakeInput part : parts) {
      all = all.and(part.ofRun());
    }
    return all;
  }

  @Override
  public List<String> exports() throws IOException {
    return parts.get(0).exports();
  }

  @Override
  public TableFacts facts() throws IOException {
    return current ? lake.pointer().facts() : parts.get(0).facts();
  }

  @Override
  public Optional<String> table() {
    return parts.get(0).table();
  }

  @Override
  public Optional<String> where() {
    return parts.get(0).where();
  }

  @Override
  public OptionalLong allRows() throws IOException {
    long all = 0;
    for (LakeInput part : parts) {
      OptionalLong rows = part.allRows();
      if (rows.isEmpty()) {
        return OptionalLong.empty();
      }
      all += rows.getAsLong();
    }
    return OptionalLong.of(all);
  }

  @Override
  public long bytes() {
    return parts.stream().mapToLong(LakeInput::bytes).sum();
  }

  @Override
  public String fingerprint() {
    Fingerprint fingerprint = new Fingerprint();
    for (LakeInput part : parts) {
      fingerprint.add(part.fingerprint()).add(TableSchemaJson.toJson(part.schema()));
    }
    return fingerprint.hex();
  }
}
