package io.dynamodblake.ddl;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.Protection;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.CreateTable;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkSqlParser;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads our statements with Spark's parser, which knows the same Hive grammar. */
final class SparkGrammar {
  private static final SparkSqlParser PARSER = new SparkSqlParser();

  private SparkGrammar() {}

  static LogicalPlan parse(String statement) {
    return PARSER.parsePlan(statement);
  }

  static CreateTable parseCreate(List<String> statements) {
    return (CreateTable)
        parse(
            statements.stream()
                .filter(statement -> statement.startsWith("CREATE EXTERNAL TABLE"))
                .findFirst()
                .orElseThrow());
  }

  /** Column names and types, without comments. */
  static StructType columns(CreateTable create) {
    List<StructField> fields = new ArrayList<>();
    for (StructField field : create.tableSchema().fields()) {
      fields.add(DataTypes.createStructField(field.name(), field.dataType(), true));
    }
    return DataTypes.createStructType(fields);
  }

  static DataType type(String text) {
    return DataType.fromDDL(text);
  }

  /** The types that the columns of a schema must have. */
  static StructType expected(TableSchema schema) {
    StructType struct = new StructType();
    for (Column column : schema.writtenColumns()) {
      struct =
          struct.add(
              column.name(),
              column.protection() == Protection.NONE
                  ? expected(column.mapping())
                  : DataTypes.StringType);
    }
    return struct
        .add(
            TableSchema.RESCUED,
            DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType))
        .add(TableSchema.NULLS, DataTypes.createArrayType(DataTypes.StringType));
  }

  private static DataType expected(ValueMapping mapping) {
    if (mapping instanceof ValueMapping.Scalar scalar) {
      return expected(scalar.type());
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      return DataTypes.createArrayType(expected(sequence.element()));
    }
    if (mapping instanceof ValueMapping.OpenMap map) {
      return DataTypes.createMapType(DataTypes.StringType, expected(map.value()));
    }
    if (mapping instanceof ValueMapping.Struct fields) {
      StructType struct = new StructType();
      for (ValueMapping.Field field : fields.fields()) {
        struct = struct.add(field.name(), expected(field.mapping()));
      }
      return struct;
    }
    return DataTypes.StringType;
  }

  private static DataType expected(LakeType type) {
    return switch (type.kind()) {
      case STRING -> DataTypes.StringType;
      case BIGINT -> DataTypes.LongType;
      case INT -> DataTypes.IntegerType;
      case DOUBLE -> DataTypes.DoubleType;
      case BOOLEAN -> DataTypes.BooleanType;
      case BINARY -> DataTypes.BinaryType;
      case DATE -> DataTypes.DateType;
      case TIMESTAMP -> DataTypes.TimestampType;
      case DECIMAL -> DataTypes.createDecimalType(type.precision(), type.scale());
    };
  }
}
