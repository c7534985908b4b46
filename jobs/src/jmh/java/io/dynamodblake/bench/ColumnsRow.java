package io.dynamodblake.bench;

import io.dynamodblake.schema.Column;
import io.dynamodblake.spark.convert.SparkTypes;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Reading two columns through the data source against reading all of them; nothing is written. */
final class ColumnsRow implements io.dynamodblake.bench.Row {
  private static final double MOST_OF_ALL = 0.5;

  @Override
  public Result measure(Workshop workshop) throws Exception {
    List<String> all = workshop.schema().writtenColumns().stream().map(Column::name).toList();
    List<String> two = List.of(all.get(2), all.get(all.size() / 2));
    Contest contest =
        workshop.contest(
            "columns",
            new Contest.Side("two", target -> read(workshop, two)),
            new Contest.Side("all", target -> read(workshop, all)));
    return Result.of(
        contest.line(
            String.format(
                Locale.ROOT, "reading 2 of %d columns, against reading all (no write)", all.size()),
            "two",
            "all",
            MOST_OF_ALL));
  }

  private static void read(Workshop workshop, List<String> columns) {
    Dataset<Row> rows =
        workshop
            .spark()
            .read()
            .format("dynamodb-export")
            .schema(SparkTypes.toStruct(workshop.schema()))
            .load(workshop.export().toString());
    rows.select(columns.stream().map(functions::col).toArray(org.apache.spark.sql.Column[]::new))
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }
}
