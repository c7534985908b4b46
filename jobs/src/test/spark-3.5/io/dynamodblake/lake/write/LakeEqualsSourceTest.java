package io.dynamodblake.lake.write;

import io.dynamodblake.lake.LakeTest;

import static org.assertj.core.api.Assertions.assertThat;

import com.holdenkarau.spark.testing.JavaDataFrameSuiteBase;
import io.dynamodblake.testing.RandomItems;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What stands in the lake is what the data source reads, column by column and row by row. */
class LakeEqualsSourceTest extends LakeTest {
  private final JavaDataFrameSuiteBase compare = new JavaDataFrameSuiteBase();

  @Test
  void randomItemsAreTheSameRows() {
    RandomItems items = RandomItems.any(20261118);
    List<String> lines = Stream.generate(items::line).limit(300).toList();
    Path export = export().items(lines, 5).write();

    flatten(options(export));

    Dataset<Row> source = spark.read().format("dynamodb-export").load(export.toString());
    Dataset<Row> lake = table().rows();
    assertThat(lake.schema()).isEqualTo(source.schema());
    // maps cannot be compared by Spark, their text can
    compare.assertDataFrameNoOrderEquals(
        source.selectExpr("to_json(struct(*)) AS item"),
        lake.selectExpr("to_json(struct(*)) AS item"));
  }
}
