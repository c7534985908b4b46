package io.dynamodblake.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.ddl.AthenaDdl;
import io.dynamodblake.ddl.LiveView;
import io.dynamodblake.export.ReadProgress;
import io.dynamodblake.lake.LakeTable;
import io.dynamodblake.lake.write.Flatten;
import io.dynamodblake.lake.write.FlattenOptions;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.testing.Golden;
import io.dynamodblake.testing.SparkTest;
import io.dynamodblake.type.Descriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Makes {@code sql/entities/} again: takes the demo export apart by its rules, compares the
 * statements, runs every query and compares what it gives.
 */
class EntitySqlTest {
  private static final Path SQL = Path.of("../sql/entities");

  @TempDir static Path temp;

  private static SparkSession spark;
  private static List<LakeTable> tables;

  @BeforeAll
  static void takeTheDemoExportApart() throws IOException {
    spark = SparkTest.newSession();
    FlattenOptions options =
        FlattenOptions.builder(DemoSql.exportIn(temp), temp.resolve("shop").toString(), "shop")
            .withKeys(
                List.of(new KeyAttribute("pk", Descriptor.S), new KeyAttribute("sk", Descriptor.S)))
            .withEntities(SQL.resolve("entities.json").toAbsolutePath().toString())
            .inDatabase("lake")
            .build();
    new Flatten(spark, options).run(ReadProgress.NONE);
    tables = LakeTable.openAll(spark, options.target());
    for (LakeTable table : tables) {
      table.rows().createOrReplaceTempView(table.current().table());
    }
  }

  @Test
  void theRulesMakeATableOfEachKindAndOneOfTheRest() {
    assertThat(tables)
        .extracting(table -> table.current().table())
        .containsExactly("shop_customer", "shop_order", "shop_product", "shop_other");
  }

  @Test
  void theStatementsAreThoseOfTheGoldenFile() throws IOException {
    String statements =
        tables.stream().map(EntitySqlTest::statementsOf).collect(Collectors.joining("\n"));
    Golden.check(SQL.resolve("athena.sql"), statements);
  }

  private static String statementsOf(LakeTable table) {
    String name = table.current().table();
    return AthenaDdl.script(DemoSql.onS3(table, "shop/" + name.substring("shop_".length())))
        + LiveView.script("lake", name, table.schema()).orElse("");
  }

  @TestFactory
  Stream<DynamicTest> everyQueryGivesWhatItGave() throws IOException {
    return DemoSql.queriesOf(SQL, spark);
  }
}
