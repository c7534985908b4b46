package io.dynamodblake.lake;

import io.dynamodblake.ddl.PartitionLayout;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.schema.PartitionColumn;
import io.dynamodblake.schema.PartitionField;
import io.dynamodblake.schema.TableSchema;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Year;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Describes a snapshot to the catalog. */
public final class LakeDdl {
  // below this share of partitions that exist Athena would mostly list empty folders
  private static final double LEAST_FILLED = 0.5;

  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuu-MM-dd-HH").withResolverStyle(ResolverStyle.STRICT);

  private LakeDdl() {}

  /** Returns the snapshot as Athena is to know it. */
  public static TableDefinition define(
      String table,
      PublishedSnapshot snapshot,
      String database,
      TableSchema schema,
      List<PartitionColumn> partitions,
      SnapshotContents contents) {
    return new TableDefinition(
        database,
        table,
        schema,
        partitions,
        contents.folder(),
        layout(partitions, contents),
        snapshot.store().tableFormat(),
        snapshot.csv().map(CsvDialect::delimiter).orElse(TableDefinition.COMMA),
        provenance(snapshot));
  }

  /** Returns the table properties that say where the data comes from. */
  static Map<String, String> provenance(PublishedSnapshot snapshot) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(TableDefinition.SNAPSHOT, snapshot.id());
    snapshot.exportArn().ifPresent(arn -> properties.put(TableDefinition.EXPORT_ARN, arn));
    snapshot
        .exportTime()
        .ifPresent(time -> properties.put(TableDefinition.EXPORT_TIME, time.toString()));
    return properties;
  }

  /** Returns what there is to do in Athena for a table of Iceberg, as comments of SQL. */
  public static String ofIceberg(IcebergVersion version, LakeLayout layout) {
    return version
        .table()
        .map(
            name ->
                """
                -- Iceberg keeps this table as %s in catalog %s.
                -- Where that is the Glue Data Catalog there is nothing to run: Athena reads %s.%s,
                -- and sees each snapshot as it is published.
                """
                    .formatted(
                        name.database() + "." + name.table(),
                        name.catalog(),
                        name.database(),
                        name.table()))
        .orElseGet(
            () ->
                """
                -- Iceberg keeps this table in a folder, without a catalog: %s
                -- Athena reads tables of a catalog. On S3, `dynamodb-lake register` makes it known to Glue;
                -- or flatten with the option catalog.
                """
                    .formatted(layout.root()));
  }

  static PartitionLayout layout(List<PartitionColumn> partitions, SnapshotContents contents) {
    if (partitions.isEmpty()) {
      return new PartitionLayout.None();
    }
    return projected(partitions, contents).orElseGet(() -> registered(contents));
  }

  /** Returns each partition of a partitioned snapshot by name. */
  static PartitionLayout registered(SnapshotContents contents) {
    return new PartitionLayout.Registered(
        contents.partitions().entrySet().stream()
            .map(
                partition ->
                    new PartitionLayout.Partition(
                        partition.getKey(), contents.folder() + "/" + partition.getValue()))
            .toList());
  }

  private static Optional<PartitionLayout> projected(
      List<PartitionColumn> partitions, SnapshotContents contents) {
    List<PartitionLayout.Range> ranges = new ArrayList<>();
    double combinations = 1;
    for (int i = 0; i < partitions.size(); i++) {
      PartitionField.Transform transform = partitions.get(i).transform();
      if (transform == PartitionField.Transform.IDENTITY || contents.partitions().isEmpty()) {
        return Optional.empty();
      }
      TreeSet<Point> points = new TreeSet<>();
      for (List<String> values : contents.partitions().keySet()) {
        Optional<Point> point = point(transform, values.get(i));
        if (point.isEmpty()) {
          return Optional.empty();
        }
        points.add(point.get());
      }
      combinations *= points.last().index() - points.first().index() + 1;
      ranges.add(
          new PartitionLayout.Range(
              partitions.get(i).name(),
              unit(transform),
              points.first().text(),
              points.last().text()));
    }
    return contents.partitions().size() >= combinations * LEAST_FILLED
        ? Optional.of(new PartitionLayout.Projected(ranges))
        : Optional.empty();
  }

  private static PartitionLayout.Unit unit(PartitionField.Transform transform) {
    return switch (transform) {
      case YEAR -> PartitionLayout.Unit.YEAR;
      case MONTH -> PartitionLayout.Unit.MONTH;
      case DAY -> PartitionLayout.Unit.DAY;
      case HOUR -> PartitionLayout.Unit.HOUR;
      case BUCKET -> PartitionLayout.Unit.NUMBER;
      case IDENTITY -> throw new IllegalArgumentException("identity is not projected");
    };
  }

  /** A partition value and its number on an axis where neighbours differ by one. */
  private record Point(long index, String text) implements Comparable<Point> {
    @Override
    public int compareTo(Point other) {
      return Long.compare(index, other.index);
    }
  }

  /** Empty for null and for years that Athena's pattern does not read. */
  private static Optional<Point> point(PartitionField.Transform transform, String text) {
    try {
      return switch (transform) {
        case YEAR -> Optional.of(new Point(Year.parse(text).getValue(), text));
        case MONTH ->
            Optional.of(
                new Point(
                    ChronoUnit.MONTHS.between(YearMonth.of(0, 1), YearMonth.parse(text)), text));
        case DAY -> Optional.of(new Point(LocalDate.parse(text).toEpochDay(), text));
        case HOUR ->
            Optional.of(
                new Point(
                    ChronoUnit.HOURS.between(
                        LocalDateTime.of(0, 1, 1, 0, 0), LocalDateTime.parse(text, HOUR)),
                    text));
        case BUCKET -> Optional.of(new Point(Integer.parseInt(text), text));
        case IDENTITY -> Optional.empty();
      };
    } catch (DateTimeParseException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
