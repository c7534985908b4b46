package io.dynamodblake.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dynamodblake.conf.RunKeys;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.xbean.asm9.ClassReader;
import org.apache.xbean.asm9.ClassVisitor;
import org.apache.xbean.asm9.MethodVisitor;
import org.apache.xbean.asm9.Opcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies under {@code conf/iam/} allow what the code calls, no more and no less. */
class PoliciesTest {
  private static final Path FOLDER = Path.of("../conf/iam");

  /**
   * Which calls of which classes a command makes, or an option of many commands; an empty set is
   * all of them.
   */
  private static final Map<String, Map<Class<?>, Set<String>>> COMMANDS =
      Map.ofEntries(
          Map.entry(
              "compare", Map.of(TableScan.class, Set.of(), TableSettingsReader.class, Set.of())),
          Map.entry(
              "doctor",
              Map.of(
                  LiveTables.class,
                  Set.of(),
                  PointInTimeRecovery.class,
                  Set.of("dynamodb:DescribeContinuousBackups"),
                  TableExports.class,
                  Set.of("dynamodb:ListExports"),
                  GlueCatalog.class,
                  Set.of("glue:GetDatabase"))),
          Map.entry("estimate", Map.of(TableScan.class, Set.of("dynamodb:DescribeTable"))),
          Map.entry(
              "export",
              Map.of(
                  TableExports.class,
                  Set.of(),
                  LiveTables.class,
                  Set.of(),
                  PointInTimeRecovery.class,
                  Set.of(),
                  TableSettingsReader.class,
                  Set.of())),
          Map.entry(
              "exports",
              Map.of(
                  TableExports.class, Set.of("dynamodb:ListExports", "dynamodb:DescribeExport"))),
          Map.entry("hash-key", Map.of(Secrets.class, Set.of())),
          Map.entry(
              "import",
              Map.of(
                  TableImports.class,
                  Set.of("dynamodb:ImportTable", "dynamodb:DescribeImport", "logs:GetLogEvents"),
                  TableSettingsReader.class,
                  Set.of(),
                  TableSettingsWriter.class,
                  Set.of())),
          Map.entry(
              "imports",
              Map.of(
                  TableImports.class,
                  Set.of("dynamodb:ListImports", "dynamodb:DescribeImport", "logs:GetLogEvents"))),
          Map.entry(
              "load",
              Map.of(
                  LoadTables.class,
                  Set.of(),
                  WriteBatches.class,
                  Set.of(),
                  ReadBatches.class,
                  Set.of(),
                  TableScan.class,
                  Set.of("dynamodb:Scan"),
                  TableExports.class,
                  Set.of("dynamodb:DescribeExport"))),
          Map.entry("maintain", Map.of()),
          Map.entry("metrics", Map.of(CloudWatchMetrics.class, Set.of())),
          Map.entry("notify", Map.of(AlertTopic.class, Set.of())),
          Map.entry("register", Map.of(GlueCatalog.class, Set.of())),
          Map.entry("scan", Map.of(TableScan.class, Set.of(), TableSettingsReader.class, Set.of())),
          Map.entry("status", Map.of()),
          Map.entry("stream", Map.of(TableStreams.class, Set.of(), ShardRecords.class, Set.of())));

  /** What a service does in the name of the caller, and S3A; nothing for the other commands. */
  private static final Map<String, Set<String>> ON_BEHALF =
      Map.ofEntries(
          Map.entry(
              "compare",
              Set.of(
                  "s3:AbortMultipartUpload",
                  "s3:DeleteObject",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:PutObject")),
          Map.entry(
              "doctor",
              Set.of(
                  "kms:DescribeKey",
                  "kms:GenerateDataKey",
                  "s3:AbortMultipartUpload",
                  "s3:DeleteObject",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:PutObject")),
          Map.entry(
              "export",
              Set.of("s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject", "s3:PutObjectAcl")),
          Map.entry("hash-key", Set.of("kms:Decrypt")),
          Map.entry(
              "import",
              Set.of(
                  "dynamodb:BatchWriteItem",
                  "dynamodb:CreateTable",
                  "dynamodb:CreateTableReplica",
                  "dynamodb:DeleteItem",
                  "dynamodb:GetItem",
                  "dynamodb:PutItem",
                  "dynamodb:Query",
                  "dynamodb:Scan",
                  "dynamodb:UpdateItem",
                  "iam:CreateServiceLinkedRole",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "logs:CreateLogGroup",
                  "logs:CreateLogStream",
                  "logs:DescribeLogGroups",
                  "logs:DescribeLogStreams",
                  "logs:PutLogEvents",
                  "logs:PutRetentionPolicy")),
          Map.entry(
              "load",
              Set.of(
                  "s3:AbortMultipartUpload",
                  "s3:DeleteObject",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:PutObject")),
          Map.entry(
              "maintain",
              Set.of(
                  "s3:AbortMultipartUpload",
                  "s3:DeleteObject",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:PutObject")),
          Map.entry("register", Set.of("s3:GetObject", "s3:ListBucket")),
          Map.entry(
              "scan",
              Set.of(
                  "s3:AbortMultipartUpload",
                  "s3:DeleteObject",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:PutObject")),
          Map.entry("status", Set.of("s3:GetObject", "s3:ListBucket")),
          Map.entry(
              "stream",
              Set.of(
                  "s3:AbortMultipartUpload",
                  "s3:DeleteObject",
                  "s3:GetObject",
                  "s3:ListBucket",
                  "s3:PutObject")));

  private static final Map<String, String> SERVICES =
      Map.of(
          "DynamoDbClient", "dynamodb",
          "DynamoDbStreamsClient", "dynamodb",
          "CloudWatchClient", "cloudwatch",
          "CloudWatchLogsClient", "logs",
          "GlueClient", "glue",
          "SecretsManagerClient", "secretsmanager",
          "SnsClient", "sns");

  static Stream<String> commands() {
    return COMMANDS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void policyAllowsWhatTheCommandCalls(String command) throws IOException {
    JsonNode policy = new ObjectMapper().readTree(FOLDER.resolve(command + ".json").toFile());
    assertThat(policy.path("Version").asText()).isEqualTo("2012-10-17");
    Set<String> called = new TreeSet<>();
    Set<String> onBehalf = new TreeSet<>();
    for (JsonNode statement : policy.path("Statement")) {
      assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
      assertThat(
              statement.path("Resource").isEmpty() && statement.path("Resource").asText().isEmpty())
          .isFalse();
      Set<String> actions =
          statement.path("Sid").asText().startsWith("OnBehalf") ? onBehalf : called;
      statement.path("Action").forEach(action -> actions.add(action.asText()));
    }
    Set<String> expected = new TreeSet<>();
    for (Map.Entry<Class<?>, Set<String>> entry : COMMANDS.get(command).entrySet()) {
      Set<String> all = calls(entry.getKey()).keySet();
      expected.addAll(entry.getValue().isEmpty() ? all : entry.getValue());
      assertThat(all).containsAll(entry.getValue());
    }
    assertThat(called).isEqualTo(expected);
    assertThat(onBehalf).isEqualTo(ON_BEHALF.getOrDefault(command, Set.of()));
  }

  // a lake table is never dropped or renamed, and nobody asks what else there is
  private static final Set<String> OF_OTHERS =
      Set.of(
          "glue:DeleteDatabase",
          "glue:DeleteTable",
          "glue:GetDatabases",
          "glue:GetTables",
          "glue:UpdateDatabase");

  @ParameterizedTest
  @ValueSource(strings = {"iceberg-glue", "iceberg-s3tables"})
  void policyOfACatalogAllowsWhatIcebergCallsForALakeTable(String name) throws Exception {
    JsonNode policy = new ObjectMapper().readTree(FOLDER.resolve(name + ".json").toFile());
    Set<String> allowed = new TreeSet<>();
    policy.at("/Statement/0/Action").forEach(action -> allowed.add(action.asText()));
    Set<String> called = new TreeSet<>();
    for (String type : List.of("GlueCatalog", "GlueTableOperations")) {
      called.addAll(calls(Class.forName("org.apache.iceberg.aws.glue." + type)).keySet());
    }

    assertThat(called).containsAll(allowed);
    called.removeAll(OF_OTHERS);
    assertThat(allowed).isEqualTo(called);
  }

  /**
   * PutMetricData knows no resources: only the condition keeps others' metrics from being forged.
   */
  @Test
  void metricsMayBePutIntoOneNamespaceOnly() throws IOException {
    JsonNode policy = new ObjectMapper().readTree(FOLDER.resolve("metrics.json").toFile());
    assertThat(policy.at("/Statement/0/Condition/StringEquals/cloudwatch:namespace").asText())
        .isEqualTo(RunKeys.METRICS_NAMESPACE.defaultText().orElseThrow());
  }

  @Test
  void everyPolicyIsOfACommand() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<String> names =
          files.map(file -> file.getFileName().toString().replace(".json", "")).toList();
      assertThat(names).containsAll(COMMANDS.keySet());
    }
  }

  /** Messages name the permission that a call needs, which has to be the one of that call. */
  @Test
  void everyCallNamesItsPermission() throws IOException {
    for (Class<?> type :
        List.of(
            TableExports.class,
            LiveTables.class,
            PointInTimeRecovery.class,
            TableImports.class,
            LoadTables.class,
            WriteBatches.class,
            ReadBatches.class,
            GlueCatalog.class,
            TableScan.class,
            TableSettingsReader.class,
            TableSettingsWriter.class,
            TableStreams.class,
            ShardRecords.class,
            CloudWatchMetrics.class,
            AlertTopic.class,
            Secrets.class)) {
      String source =
          Files.readString(Path.of("src/main/java", type.getName().replace('.', '/') + ".java"));
      Set<String> named =
          java.util.regex.Pattern.compile(
                  "\"((?:dynamodb|logs|glue|cloudwatch|secretsmanager|sns):\\w+)\"")
              .matcher(source)
              .results()
              .map(match -> match.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(named).as(type.getSimpleName()).isEqualTo(calls(type).keySet());
    }
  }

  /** The actions that a class calls on clients, found in its class file. */
  private static Map<String, String> calls(Class<?> type) throws IOException {
    Map<String, String> actions = new TreeMap<>();
    try (InputStream file = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      new ClassReader(file)
          .accept(
              new ClassVisitor(Opcodes.ASM9) {
                @Override
                public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] thrown) {
                  return new MethodVisitor(Opcodes.ASM9) {
                    @Override
                    public void visitMethodInsn(
                        int opcode, String owner, String call, String types, boolean isInterface) {
                      String service = SERVICES.get(owner.substring(owner.lastIndexOf('/') + 1));
                      if (service != null) {
                        actions.put(
                            service
                                + ":"
                                + call.substring(0, 1).toUpperCase(java.util.Locale.ROOT)
                                + call.substring(1),
                            owner);
                      }
                    }
                  };
                }
              },
              ClassReader.SKIP_DEBUG);
    }
    assertThat(actions).as(type.getSimpleName()).isNotEmpty();
    return actions;
  }
}
