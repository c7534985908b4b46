package io.dynamodblake.spark.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.testing.ExportFixture;
import io.dynamodblake.testing.SparkTest;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** {@code spark.read().format("dynamodb-export").load(path)}. */
class ExportReadFromJavaTest extends ExportReadContract {
  @Override
  Dataset<Row> read(String path, Map<String, String> options) {
    return SparkTest.session().read().format("dynamodb-export").options(options).load(path);
  }

  // a view made in SQL shows no hidden columns, whatever it is made of
  @Test
  void sourceColumnsSayWhereARowComesFrom() {
    Dataset<Row> people = read(people());

    List<Row> places = rows(people, "pk", "_line", "_offset", "_file");

    ExportFixture fixture = ExportFixture.in(temp);
    assertThat(places)
        .containsExactly(
            RowFactory.create("anna", 1L, 0L, fixture.dataFileKey(0)),
            RowFactory.create("ben", 2L, ANNA.length() + 1L, fixture.dataFileKey(0)),
            RowFactory.create("cara", 1L, 0L, fixture.dataFileKey(2)));
  }
}
