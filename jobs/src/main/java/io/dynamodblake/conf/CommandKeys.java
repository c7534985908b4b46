package io.dynamodblake.conf;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which command has which options, in the order of {@code --help} and of the table in {@code
 * docs/options.md}.
 */
public final class CommandKeys {
  private CommandKeys() {}

  /** Which of several exports, and how it is read. */
  static final List<Option<?>> READING =
      List.of(
          ReadKeys.EXPORT_ID,
          ReadKeys.TABLE_ARN,
          ReadKeys.EXPORT_TIME,
          ReadKeys.VERIFY,
          ReadKeys.ALLOW_OUTSIDE,
          ReadKeys.MAX_LINE_BYTES);

  /** Who is told of a run; needs {@link AwsKeys#ALL} too. */
  static final List<Option<?>> WATCHED =
      List.of(RunKeys.METRICS, RunKeys.METRICS_NAMESPACE, RunKeys.NOTIFY_TOPIC);

  /** What every command has. {@code conf-file} cannot stand in a file itself. */
  public static final List<Option<?>> COMMON =
      List.of(RunKeys.CONF_FILE, RunKeys.REPORT, RunKeys.PROGRESS, RunKeys.STACKTRACE);

  public static final List<Option<?>> INSPECT =
      join(
          List.of(
              ReadKeys.EXPORT,
              InspectKeys.JSON,
              InspectKeys.HTML,
              InspectKeys.SHOW_VALUES,
              InspectKeys.AGAINST,
              InspectKeys.ALL,
              InspectKeys.SCHEMA_OUT,
              FlattenKeys.SUGGEST,
              InspectKeys.ENTITIES_OUT,
              FlattenKeys.KEY,
              InspectKeys.TTL_ATTRIBUTE),
          READING,
          AwsKeys.ALL,
          WATCHED);

  /** How a lake table is to be written, whoever says what and where. */
  public static final List<Option<?>> FLATTENING =
      List.of(
          FlattenKeys.SCHEMA,
          FlattenKeys.SUGGEST,
          FlattenKeys.UNNEST,
          FlattenKeys.SEPARATOR,
          FlattenKeys.HASH_KEY,
          FlattenKeys.ENTITIES,
          FlattenKeys.PARTITION_BY,
          FlattenKeys.SORT_BY,
          FlattenKeys.FORMAT,
          FlattenKeys.CSV_DELIMITER,
          FlattenKeys.COMPRESSION,
          FlattenKeys.COALESCE,
          FlattenKeys.CSV_BOM,
          FlattenKeys.CSV_ESCAPE_FORMULAS,
          FlattenKeys.CATALOG,
          FlattenKeys.TAG,
          FlattenKeys.TARGET_FILE_SIZE,
          FlattenKeys.ON_BAD_RECORD,
          FlattenKeys.MAX_BAD_RECORDS,
          FlattenKeys.STRICT,
          FlattenKeys.REPLACE,
          FlattenKeys.ASSUME_TABLE,
          FlattenKeys.ALLOW_EMPTY,
          FlattenKeys.ALLOW_REPEATED_KEYS,
          FlattenKeys.HISTORY,
          FlattenKeys.KEEP,
          FlattenKeys.REGISTER);

  public static final List<Option<?>> FLATTEN =
      join(
          List.of(
              ReadKeys.EXPORT,
              FlattenKeys.TO,
              FlattenKeys.TABLE,
              FlattenKeys.DATABASE,
              FlattenKeys.KEY),
          FLATTENING,
          READING,
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> APPLY =
      join(
          List.of(
              ApplyKeys.CHANGES,
              ApplyKeys.TO,
              ApplyKeys.DATABASE,
              FlattenKeys.HASH_KEY,
              FlattenKeys.TARGET_FILE_SIZE,
              FlattenKeys.ON_BAD_RECORD,
              FlattenKeys.MAX_BAD_RECORDS,
              ApplyKeys.REVERSE,
              ApplyKeys.VERIFY_OLD_IMAGES,
              ApplyKeys.STRICT,
              ApplyKeys.LATENESS,
              ApplyKeys.ON_LATE,
              ApplyKeys.ARCHIVE_FIELDS,
              ApplyKeys.TTL_DELETES,
              ApplyKeys.ALLOW_EMPTY,
              ApplyKeys.MERGE_MODE,
              ApplyKeys.DRY_RUN,
              FlattenKeys.HISTORY,
              FlattenKeys.KEEP,
              FlattenKeys.REGISTER,
              ReadKeys.VERIFY,
              ReadKeys.ALLOW_OUTSIDE,
              ReadKeys.MAX_LINE_BYTES),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> DDL =
      List.of(
          CatalogKeys.DDL_DIR,
          CatalogKeys.RAW,
          CatalogKeys.DIALECT,
          FlattenKeys.DATABASE,
          FlattenKeys.TABLE,
          ReadKeys.EXPORT_ID,
          ReadKeys.TABLE_ARN,
          ReadKeys.EXPORT_TIME,
          ReadKeys.VERIFY,
          ReadKeys.ALLOW_OUTSIDE,
          ReadKeys.MAX_LINE_BYTES);

  public static final List<Option<?>> RESTORE =
      join(
          List.of(
              RestoreKeys.DIR,
              RestoreKeys.FROM_CSV,
              RestoreKeys.CSV_DELIMITER,
              RestoreKeys.CSV_EMPTY,
              RestoreKeys.FROM_TABLE,
              RestoreKeys.SCHEMA,
              RestoreKeys.SCHEMA_OUT,
              RestoreKeys.TO,
              RestoreKeys.TABLE,
              RestoreKeys.SNAPSHOT,
              RestoreKeys.WHERE,
              RestoreKeys.KEY,
              RestoreKeys.FORMAT,
              RestoreKeys.COMPRESSION,
              RestoreKeys.TARGET_FILE_SIZE,
              RestoreKeys.IMPORT_BUCKET,
              RestoreKeys.IMPORT_PREFIX,
              RestoreKeys.INDEXES,
              RestoreKeys.SETTINGS,
              RestoreKeys.ALLOW_LOSS,
              RestoreKeys.ON_INVALID,
              RestoreKeys.MAX_INVALID),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  /** How a live table is read where it stands for an export. */
  public static final List<Option<?>> LIVE_READING =
      List.of(ScanKeys.MAX_RCU, ScanKeys.MAX_RCU_PERCENT, ScanKeys.CONSISTENT, EstimateKeys.PRICES);

  public static final List<Option<?>> COMPARE =
      join(
          List.of(
              CompareKeys.A,
              CompareKeys.B,
              CompareKeys.SNAPSHOT_A,
              CompareKeys.SNAPSHOT_B,
              CompareKeys.KEY,
              CompareKeys.SHOW,
              CompareKeys.SHOW_VALUES,
              CompareKeys.CHANGES_TO,
              CompareKeys.SETTINGS,
              ReadKeys.VERIFY,
              ReadKeys.ALLOW_OUTSIDE,
              ReadKeys.MAX_LINE_BYTES),
          LIVE_READING,
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> EXPORT =
      join(
          List.of(
              ServiceKeys.EXPORT_TABLE,
              ServiceKeys.BUCKET,
              ServiceKeys.PREFIX,
              ServiceKeys.BUCKET_OWNER,
              ServiceKeys.KMS_KEY,
              ServiceKeys.EXPORT_FORMAT,
              ServiceKeys.AT,
              ServiceKeys.FROM,
              ServiceKeys.UNTIL,
              ServiceKeys.SINCE_LAST,
              ServiceKeys.VIEW,
              ServiceKeys.ENABLE_PITR,
              ServiceKeys.KEEP_SETTINGS,
              ServiceKeys.CLIENT_TOKEN,
              ServiceKeys.TIMEOUT,
              ServiceKeys.DETACH,
              ServiceKeys.EXPORT_RESUME,
              ServiceKeys.THEN_APPLY,
              ServiceKeys.THEN_FLATTEN,
              ServiceKeys.FLATTEN_AS,
              ServiceKeys.FLATTEN_KEY,
              FlattenKeys.DATABASE),
          FLATTENING,
          List.of(
              ApplyKeys.VERIFY_OLD_IMAGES,
              ApplyKeys.MERGE_MODE,
              ReadKeys.VERIFY,
              ReadKeys.ALLOW_OUTSIDE,
              ReadKeys.MAX_LINE_BYTES),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> EXPORTS =
      join(
          List.of(ServiceKeys.LISTED_TABLE, ServiceKeys.LISTED_ARN),
          AwsKeys.ALL,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> IMPORT =
      join(
          List.of(
              ServiceKeys.IMPORT_DIR,
              ServiceKeys.CLIENT_TOKEN,
              ServiceKeys.TIMEOUT,
              ServiceKeys.DETACH,
              ServiceKeys.IMPORT_RESUME,
              ServiceKeys.IMPORT_SETTINGS,
              ServiceKeys.IMPORT_DRY_RUN,
              ServiceKeys.ERRORS),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> IMPORTS =
      join(
          List.of(ServiceKeys.LISTED_TABLE, ServiceKeys.LISTED_ARN, ServiceKeys.ERRORS),
          AwsKeys.ALL,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> LOAD =
      join(
          List.of(
              LoadKeys.DIR,
              LoadKeys.TABLE,
              RestoreKeys.SNAPSHOT,
              LoadKeys.MAX_WCU,
              LoadKeys.MAX_WCU_PERCENT,
              LoadKeys.DRY_RUN,
              EstimateKeys.PRICES,
              LoadKeys.STATE,
              LoadKeys.REVERSE,
              LoadKeys.CHECK_OLD_IMAGES,
              LoadKeys.DELETE_MISSING,
              LoadKeys.MAX_DELETES,
              LoadKeys.ALLOW_EMPTY,
              LoadKeys.ASSUME_WHOLE,
              LoadKeys.MAX_RCU,
              ScanKeys.MAX_RCU_PERCENT,
              LoadKeys.ALLOW_LOSS,
              ReadKeys.VERIFY,
              ReadKeys.ALLOW_OUTSIDE,
              ReadKeys.MAX_LINE_BYTES),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> SCAN =
      join(
          List.of(
              ScanKeys.TABLE,
              ScanKeys.TO,
              ScanKeys.MAX_RCU,
              ScanKeys.MAX_RCU_PERCENT,
              ScanKeys.CONSISTENT,
              ScanKeys.SEGMENTS,
              ScanKeys.ATTRIBUTES,
              ScanKeys.FILTER,
              ScanKeys.FILTER_NAMES,
              ScanKeys.FILTER_VALUES,
              ServiceKeys.KEEP_SETTINGS,
              ScanKeys.DRY_RUN,
              EstimateKeys.PRICES),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> STREAM =
      join(
          List.of(StreamKeys.TABLE, StreamKeys.TO, StreamKeys.FROM),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> MAINTAIN =
      join(
          List.of(
              MaintainKeys.DIR,
              MaintainKeys.KEEP,
              MaintainKeys.OLDER_THAN,
              MaintainKeys.DRY_RUN,
              MaintainKeys.REGISTER,
              FlattenKeys.DATABASE,
              EstimateKeys.PRICES),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> STATUS =
      join(
          List.of(StatusKeys.PREFIX, StatusKeys.MAX_AGE, StatusKeys.DEPTH),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> TRAINING_SET =
      join(
          List.of(
              TrainingKeys.DIR,
              TrainingKeys.TO,
              TrainingKeys.REPLACE,
              TrainingKeys.LABEL,
              TrainingKeys.LABEL_KIND,
              TrainingKeys.LABELS,
              TrainingKeys.LABEL_TIME,
              TrainingKeys.AS_OF,
              TrainingKeys.HORIZON,
              TrainingKeys.FROM,
              RestoreKeys.SNAPSHOT,
              TrainingKeys.TIME_COLUMN,
              TrainingKeys.KNOWN,
              TrainingKeys.MAX_AGE,
              TrainingKeys.WHERE,
              TrainingKeys.FEATURES,
              TrainingKeys.EXCLUDE,
              TrainingKeys.MAP_KEYS,
              TrainingKeys.CARRY,
              TrainingKeys.MAX_CATEGORIES,
              TrainingKeys.GROUP,
              TrainingKeys.SPLIT,
              TrainingKeys.SALT,
              TrainingKeys.SPLIT_TIMES,
              TrainingKeys.GAP,
              TrainingKeys.STRADDLING,
              TrainingKeys.FORMAT,
              TrainingKeys.ENCODE,
              TrainingKeys.ROWS_PER_FILE),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> DOCTOR =
      join(
          List.of(
              DoctorKeys.TABLE,
              DoctorKeys.PLACES,
              DoctorKeys.PROBE,
              DoctorKeys.DATABASE,
              DoctorKeys.KMS_KEY,
              DoctorKeys.TIMEOUT),
          AwsKeys.ALL,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> ESTIMATE =
      join(
          List.of(
              EstimateKeys.TABLE,
              EstimateKeys.SIZE,
              EstimateKeys.ITEMS,
              EstimateKeys.PRICES,
              EstimateKeys.VCPUS,
              EstimateKeys.CHANGES_PER_DAY,
              EstimateKeys.FULL_EVERY,
              EstimateKeys.KEEP,
              EstimateKeys.MAX_RCU,
              EstimateKeys.MAX_WCU),
          AwsKeys.ALL,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> SCHEMA =
      join(
          List.of(
              SchemaKeys.ACTION,
              SchemaKeys.A,
              SchemaKeys.B,
              SchemaKeys.CHECK,
              ReadKeys.VERIFY,
              ReadKeys.ALLOW_OUTSIDE,
              ReadKeys.MAX_LINE_BYTES),
          AwsKeys.ALL,
          List.of(RunKeys.JSON));

  public static final List<Option<?>> DEMO = List.of(DemoKeys.DIR);

  public static final List<Option<?>> REGISTER =
      join(
          List.of(
              CatalogKeys.REGISTER_DIR,
              FlattenKeys.DATABASE,
              CatalogKeys.REGISTER_TABLE,
              CatalogKeys.REGISTER_DRY_RUN),
          AwsKeys.ALL,
          WATCHED,
          List.of(RunKeys.JSON));

  private static final Map<String, List<Option<?>>> BY_COMMAND = new LinkedHashMap<>();

  static {
    BY_COMMAND.put("inspect", INSPECT);
    BY_COMMAND.put("flatten", FLATTEN);
    BY_COMMAND.put("apply", APPLY);
    BY_COMMAND.put("ddl", DDL);
    BY_COMMAND.put("restore", RESTORE);
    BY_COMMAND.put("compare", COMPARE);
    BY_COMMAND.put("export", EXPORT);
    BY_COMMAND.put("exports", EXPORTS);
    BY_COMMAND.put("import", IMPORT);
    BY_COMMAND.put("imports", IMPORTS);
    BY_COMMAND.put("load", LOAD);
    BY_COMMAND.put("register", REGISTER);
    BY_COMMAND.put("scan", SCAN);
    BY_COMMAND.put("stream", STREAM);
    BY_COMMAND.put("maintain", MAINTAIN);
    BY_COMMAND.put("status", STATUS);
    BY_COMMAND.put("schema", SCHEMA);
    BY_COMMAND.put("training-set", TRAINING_SET);
    BY_COMMAND.put("doctor", DOCTOR);
    BY_COMMAND.put("estimate", ESTIMATE);
    BY_COMMAND.put("demo", DEMO);
  }

  static final List<Option<?>> COMMAND_LINE =
      Stream.concat(BY_COMMAND.values().stream().flatMap(List::stream), COMMON.stream())
          .distinct()
          .toList();

  /** Names of the commands that have options of their own. */
  static Set<String> commands() {
    return Collections.unmodifiableSet(BY_COMMAND.keySet());
  }

  /** The options of a command with those of every command. */
  static List<Option<?>> ofCommand(String name) {
    return join(BY_COMMAND.getOrDefault(name, List.of()), COMMON);
  }

  /** The options of a data source; none for a name that is no data source's. */
  static List<Option<?>> ofSource(String name) {
    return switch (name) {
      case "dynamodb-export" -> ExportSourceKeys.ALL;
      case "dynamodb-import" -> ImportSourceKeys.ALL;
      case "dynamodb-lake" -> LakeSourceKeys.ALL;
      default -> List.of();
    };
  }

  /** The first command that has this very option; empty if it is a data source's alone. */
  static Optional<String> commandOf(Option<?> option) {
    return BY_COMMAND.entrySet().stream()
        .filter(command -> command.getValue().contains(option))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  @SafeVarargs
  private static List<Option<?>> join(List<Option<?>>... lists) {
    Set<Option<?>> all = new LinkedHashSet<>();
    for (List<Option<?>> list : lists) {
      all.addAll(list);
    }
    return List.copyOf(all);
  }
}
