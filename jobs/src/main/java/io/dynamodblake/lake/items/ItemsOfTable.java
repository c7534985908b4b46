package io.dynamodblake.lake.items;

import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.TableFacts;
import io.dynamodblake.lake.Wholeness;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.spark.read.ExportItems;
import io.dynamodblake.spark.scan.TableItems;
import io.dynamodblake.spark.scan.TableReading;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;

/** A table of DynamoDB, whose items are those of the moment at which each was read. */
record ItemsOfTable(TableReading reading, TableItems table) implements ItemSet {
  @Override
  public String kind() {
    return "live table " + reading.table().table().name();
  }

  @Override
  public void read(ReadProgress progress) {
    table.read(progress);
  }

  @Override
  public long promised() {
    return table.totals().items();
  }

  @Override
  public Wholeness wholeness(long items) {
    return Wholeness.doubt("they come from a live table, which is not of one moment");
  }

  @Override
  public TableFacts facts() {
    return new TableFacts(
        Optional.of(reading.table().table().arn()),
        Optional.of(reading.table().table().id()).filter(id -> !id.isEmpty()),
        Optional.of(table.beganAt()));
  }

  @Override
  public List<KeyAttribute> keys() {
    return reading.table().table().keys().stream().map(KeyAttribute::parse).toList();
  }

  @Override
  public List<String> notes() {
    TableItems.Totals totals = table.totals();
    return List.of(
        String.format(
            Locale.ROOT,
            "It was read from %s to %s and not at one moment: what was written meanwhile may be in it or not. That consumed %,.1f read units, %s consistent",
            totals.begin().truncatedTo(ChronoUnit.SECONDS),
            totals.end().truncatedTo(ChronoUnit.SECONDS),
            totals.readUnits(),
            reading.order().consistent() ? "strongly" : "eventually"));
  }

  @Override
  public <T> JavaRDD<T> items(ExportItems.Maker<T> maker) {
    return table.items(maker);
  }

  @Override
  public void close() {
    table.close();
  }
}
