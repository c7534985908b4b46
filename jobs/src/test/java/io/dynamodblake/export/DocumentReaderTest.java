package io.dynamodblake.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dynamodblake.io.hadoop.HadoopObjectStore;
import io.dynamodblake.testing.ExportFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an object begins and ends, whatever stands between two. */
class DocumentReaderTest {
  private static final String A = "{\"a\":\"}{ \\\" [\",\"l\":[{\"x\":[]}]}";
  private static final String B = "{\"b\":\"\\\\\"}";

  @TempDir Path temp;
  private int bufferBytes = 8; // so that everything lies across the end of a buffer
  private int maxBytes = 1 << 20;

  private List<String> read(byte[] bytes) throws IOException {
    Path path = temp.resolve("object");
    Files.write(path, bytes);
    DataFile file = new DataFile(0, path.toUri().toString(), "object", -1, "", bytes.length);
    List<String> found = new ArrayList<>();
    try (DocumentReader reader =
        DocumentReader.open(
            new HadoopObjectStore(new Configuration()),
            file,
            ReadOptions.defaults().withMaxLineBytes(maxBytes).withMaxFileBytes(1 << 20),
            bufferBytes)) {
      while (reader.next()) {
        String text =
            new String(
                reader.buffer(),
                reader.start(),
                reader.end() - reader.start(),
                StandardCharsets.UTF_8);
        found.add(
            reader.damaged()
                ? "%s at %d, %d bytes".formatted(reader.damage(), reader.offset(), reader.length())
                : text + "@" + reader.offset());
      }
    }
    return found;
  }

  private List<String> read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 9, 13, 64, 4096})
  void objectsStandBehindEachOtherWithAnythingOrNothingBetweenThem(int bytes) throws IOException {
    bufferBytes = bytes;
    int a = A.length();

    assertThat(read(A + B + A)).containsExactly(A + "@0", B + "@" + a, A + "@" + (a + B.length()));
    assertThat(read("\n " + A + "\r\n\t" + B + "\n")).containsExactly(A + "@2", B + "@" + (a + 5));
    assertThat(read(A + "\n" + B)).containsExactly(A + "@0", B + "@" + (a + 1));
    assertThat(read("")).isEmpty();
    assertThat(read(" \n")).isEmpty();
  }

  @Test
  void objectsOfArraysAreObjects() throws IOException {
    assertThat(read("[" + A + "," + B + "]")).hasSize(2);
    assertThat(read("[]\n[ " + A + " , " + B + " ][" + A + "]" + B)).hasSize(4);
  }

  @Test
  void gzipIsToldFromTheBytesAndAMarkOfEditorsIsNoPart() throws IOException {
    assertThat(read(ExportFixture.gzip((A + B).getBytes(StandardCharsets.UTF_8)))).hasSize(2);
    assertThat(read("\ufeff" + A)).containsExactly(A + "@3");
  }

  @Test
  void behindADamageNothingIsTold() throws IOException {
    assertThat(read(B + "{\"a\":{\"S\":\"x\"}"))
        .containsExactly(B + "@0", "the file ends within an object at 10, 14 bytes");
    assertThat(read(B + " x " + A))
        .containsExactly(
            B + "@0", "something that is no JSON object at 11, " + (A.length() + 2) + " bytes");
    assertThat(read("[" + B + B + "]"))
        .containsExactly(B + "@1", "something that is no JSON object at 11, 11 bytes");
    assertThat(read("[" + B)).containsExactly(B + "@1", "the array does not end at 11, 0 bytes");
    assertThat(read("[[" + B + "]]")).hasSize(1);
    assertThat(read(A + ",")).hasSize(2);
  }

  @Test
  void anObjectThatIsTooLongEndsWhatIsTold() throws IOException {
    maxBytes = 20;
    String longer = "{\"b\":\"" + "x".repeat(30) + "\"}";

    assertThat(read(B + longer + B))
        .containsExactly(B + "@0", "an object of more than 20 bytes at 10, 48 bytes");
  }

  @Test
  void whatIsCutOffOrTooLargeIsRefused() throws IOException {
    byte[] whole = ExportFixture.gzip((A + B).getBytes(StandardCharsets.UTF_8));
    byte[] cut = Arrays.copyOf(whole, whole.length - 9);
    assertThatThrownBy(() -> read(cut))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("in object; copy the file again");

    byte[] bomb = ExportFixture.gzip(" ".repeat(2 << 20).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> read(bomb))
        .isInstanceOf(ExportFormatException.class)
        .hasMessageContaining("unpacks to more than 1,048,576 bytes");
  }
}
