package io.dynamodblake.spark.write;

import io.dynamodblake.conf.UsageException;
import io.dynamodblake.spark.convert.SparkInternals;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.CreatableRelationProvider;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.InsertableRelation;
import org.apache.spark.sql.sources.SchemaRelationProvider;
import org.apache.spark.sql.sources.TableScan;
import org.apache.spark.sql.types.StructType;

/**
 * The data source {@code dynamodb-import}: writes any DataFrame as files that DynamoDB's {@code
 * ImportTable} reads.
 *
 * <pre>{@code
 * orders.write().format("dynamodb-import").option("key", "pk:S,sk:S").save("s3://bucket/import/orders/");
 * }</pre>
 *
 * Options are listed in {@code docs/options.md}; {@code docs/data-source.md} says what is written,
 * checked and refused.
 *
 * <p>It has the first of Spark's two interfaces, because the second one knows neither {@code
 * errorifexists}, which is the mode of a plain {@code save()}, nor SQL for a path.
 */
public final class ImportSource
    implements DataSourceRegister, CreatableRelationProvider, SchemaRelationProvider {
  /** Name of the report beside the folder of the data files. */
  public static final String REPORT = ImportLayout.WRITE_REPORT;

  private static final String SHORT_NAME = "dynamodb-import";

  @Override
  public String shortName() {
    return SHORT_NAME;
  }

  /** Writes, for {@code save()} or {@code CREATE TABLE ... AS SELECT}. */
  @Override
  public BaseRelation createRelation(
      SQLContext context,
      SaveMode mode,
      scala.collection.immutable.Map<String, String> parameters,
      Dataset<Row> data) {
    ImportWriteConf conf = new ImportWriteConf(SparkInternals.asGiven(parameters));
    ImportWrite.run(context.sparkSession(), conf, mode, data);
    return new Target(context, data.schema(), conf);
  }

  /** Returns the relation of a table or view that can be inserted into. */
  @Override
  public BaseRelation createRelation(
      SQLContext context,
      scala.collection.immutable.Map<String, String> parameters,
      StructType schema) {
    ImportWriteConf conf = new ImportWriteConf(SparkInternals.asGiven(parameters));
    conf.check();
    return new Target(context, schema, conf);
  }

  /** Where rows can be written to, under a name. */
  private static final class Target extends BaseRelation implements InsertableRelation, TableScan {
    private final SQLContext context;
    private final StructType schema;
    private final ImportWriteConf conf;

    Target(SQLContext context, StructType schema, ImportWriteConf conf) {
      this.context = context;
      this.schema = schema;
      this.conf = conf;
    }

    @Override
    public SQLContext sqlContext() {
      return context;
    }

    @Override
    public StructType schema() {
      return schema;
    }

    @Override
    public void insert(Dataset<Row> data, boolean overwrite) {
      SaveMode mode = overwrite ? SaveMode.Overwrite : SaveMode.Append;
      ImportWrite.run(context.sparkSession(), conf, mode, data);
    }

    @Override
    public RDD<Row> buildScan() {
      throw new UsageException(
          "Cannot read dynamodb-import: it only writes; read the folder data/ in "
              + conf.path()
              + " with dynamodb-export");
    }
  }
}
