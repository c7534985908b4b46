package io.dynamodblake.lake.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.lake.LakeTest;
import io.dynamodblake.lake.OutputFormat;
import io.dynamodblake.lake.RunReport;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class CsvTest extends LakeTest {

  private String onlyFile() throws Exception {
    assertThat(dataFiles()).hasSize(1);
    Path file = Path.of(URI.create(table().snapshotPath())).resolve(dataFiles().get(0));
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void valuesFollowRfc4180() throws Exception {
    RunReport report =
        flatten(
            options(
                    export()
                        .file(
                            "{\"Item\":{\"pk\":{\"S\":\"a\"},\"s\":{\"S\":\"say \\\"hi\\\", you\"},"
                                + "\"b\":{\"B\":\"AAH/\"},\"d\":{\"N\":\"0.0000001\"},"
                                + "\"l\":{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]},"
                                + "\"m\":{\"M\":{\"x\":{\"S\":\"y\"}}},\"t\":{\"BOOL\":true}}}",
                            "{\"Item\":{\"pk\":{\"S\":\"b\"},\"s\":{\"S\":\"\"},"
                                + "\"d\":{\"N\":\"12\"}}}",
                            "{\"Item\":{\"pk\":{\"S\":\"c\"},\"s\":{\"S\":\"two\\nlines\"},"
                                + "\"t\":{\"NULL\":true}}}",
                            "{\"Item\":{\"pk\":{\"S\":\"d\"},\"s\":{\"S\":\" \\\\ spaced \"}}}")
                        .write())
                .as(OutputFormat.CSV));

    assertThat(report.counts().rowsWritten()).isEqualTo(4);
    assertThat(dataFiles().get(0)).endsWith(".csv.gz");
    assertThat(onlyFile())
        .isEqualTo(
            """
            b,d,l,m,pk,s,t,ddb_rescued,ddb_nulls
            AAH/,0.0000001,"[1,2]","{""x"":""y""}",a,"say ""hi"", you",true,,
            ,12.0000000,,,b,"",,,
            ,,,,c,"two
            lines",,,"[""t""]"
            ,,,,d, \\ spaced ,,,
            """);
    assertThat(rows("pk", "s"))
        .containsExactly("[a,say \"hi\", you]", "[b,]", "[c,two\nlines]", "[d, \\ spaced ]");
    assertThat(table().rows().where("s IS NULL").count()).isZero();
    assertThat(table().ddl()).contains("OpenCSVSerde").contains("'skip.header.line.count' = '1'");
  }

  @Test
  void timesAreIsoAndLongBinaryIsOneLine() throws Exception {
    Path export =
        export()
            .file(
                item(
                    "a",
                    "\"at\":{\"S\":\"2026-11-18T03:20:00Z\"}",
                    "\"big\":{\"B\":\"" + "QUJD".repeat(100) + "\"}"))
            .write();
    flatten(options(export).as(OutputFormat.CSV).partitionedBy(List.of("hour(at)")));

    assertThat(onlyFile())
        .startsWith("at,big,pk,ddb_rescued,ddb_nulls\n")
        .contains("2026-11-18T03:20:00.000Z," + "QUJD".repeat(100) + ",a,");
    assertThat(dataFiles().get(0)).startsWith("at_hour=2026-11-18-03/");
    assertThat(rows("pk", "at_hour")).containsExactly("[a,2026-11-18-03]");
  }

  @Test
  void rowsAreCountedWhateverTheirTextHolds() {
    List<String> lines = new ArrayList<>();
    String[] texts = {
      "", "\\n", "\\r\\n", "\\\"", "\\\"\\\"", ",", "\\n\\n\\\",\\n", "#", "\\\\", "\\u0000"
    };
    for (int i = 0; i < 200; i++) {
      String text = texts[i % texts.length] + texts[(i / texts.length) % texts.length];
      lines.add(item("p%03d".formatted(i), "\"s\":{\"S\":\"" + text + "\"}"));
    }

    RunReport report = flatten(options(export().items(lines, 3).write()).as(OutputFormat.CSV));

    assertThat(report.counts().rowsWritten()).isEqualTo(200);
    assertThat(rows("pk", "length(s)").get(11)).isEqualTo("[p011,2]");
  }

  @Test
  void anEmptyExportIsAHeader() throws Exception {
    flatten(options(export().emptyFile().write()).as(OutputFormat.CSV));

    assertThat(onlyFile()).isEqualTo("ddb_rescued,ddb_nulls\n");
    assertThat(table().rows().count()).isZero();
  }
}
