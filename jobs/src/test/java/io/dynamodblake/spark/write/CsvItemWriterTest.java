package io.dynamodblake.spark.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.ItemWriter;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvItemWriterTest {
  private static final CsvHeader HEADER =
      new CsvHeader(
          List.of(
              new CsvHeader.Field("pk", Descriptor.S),
              new CsvHeader.Field("sk", Descriptor.N),
              new CsvHeader.Field("a", Descriptor.S)));

  private final CsvItemWriter writer = new CsvItemWriter(HEADER);

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void name(String name) {
    byte[] utf8 = utf8(name);
    writer.name(utf8, 0, utf8.length);
  }

  private void text(String name, String value) {
    name(name);
    byte[] utf8 = utf8("<" + value + ">");
    writer.text(utf8, 1, utf8.length - 2);
  }

  private void number(String name, String value) {
    name(name);
    byte[] ascii = utf8("<" + value + ">");
    writer.number(ascii, 1, ascii.length - 2);
  }

  private String line() {
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  private String lineOf(String a) {
    writer.reset();
    writer.beginItem();
    text("pk", "p");
    text("a", a);
    writer.endItem();
    return line();
  }

  @Test
  void anAttributeThatAnItemLacksIsAnEmptyField() {
    writer.beginItem();
    text("pk", "p");
    number("sk", "-12.50");
    text("a", "x");
    writer.endItem();
    assertThat(line()).isEqualTo("p,-12.50,x\n");
    writer.beginItem();
    text("pk", "p");
    writer.endItem();
    writer.beginItem();
    number("sk", "7");
    writer.endItem();
    writer.beginItem();
    text("a", "x");
    writer.endItem();
    writer.beginItem();
    writer.endItem();
    assertThat(line()).isEqualTo("p,-12.50,x\np,,\n,7,\n,,x\n,,\n");
    assertThat(writer.defect()).isNull();
    writer.reset();
    assertThat(writer.length()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "plain text~plain text",
        "a,b~\"a,b\"",
        "say \"hi\"~\"say \"\"hi\"\"\"",
        "\"~\"\"\"\"",
        " x~\" x\"",
        "x ~\"x \"",
        "\tx~\"\tx\"",
        "\uFEFFx~\"\uFEFFx\"",
        "é~\"é\"",
        "xéx~xéx",
        "a;b|c:d\te~a;b|c:d\te",
      })
  void whatAReaderCouldMistakeIsQuoted(String value, String field) {
    assertThat(lineOf(value)).isEqualTo("p,," + field + "\n");
    assertThat(writer.defect()).isNull();
  }

  @Test
  void whatCsvCannotSayIsADefectOfThatItemOnly() {
    Map<String, Runnable> items = new LinkedHashMap<>();
    items.put(
        "attribute a is the empty text, which CSV cannot tell from an absent attribute",
        () -> text("a", ""));
    items.put(
        "a line break in attribute a, which an import of CSV need not take",
        () -> text("a", "x\ny"));
    items.put(
        "a line break in attribute pk, which an import of CSV need not take",
        () -> text("pk", "\r"));
    items.put("attribute a is N, which CSV cannot say", () -> number("a", "1"));
    items.put("attribute sk is S, which CSV cannot say", () -> text("sk", "1"));
    items.put("attribute a is NULL, which CSV cannot say", () -> value(ItemWriter::nullValue));
    items.put("attribute a is BOOL, which CSV cannot say", () -> value(to -> to.bool(true)));
    items.put(
        "attribute a is B, which CSV cannot say", () -> value(to -> to.binary(new byte[1], 0, 1)));
    items.put(
        "attribute a is SS, which CSV cannot say",
        () ->
            value(
                to -> {
                  to.beginSet(Descriptor.SS);
                  to.text(utf8("x"), 0, 1);
                  to.endSet();
                }));
    items.put(
        "attribute a is L, which CSV cannot say",
        () ->
            value(
                to -> {
                  to.beginList();
                  to.nullValue();
                  to.endList();
                }));
    items.put(
        "attribute a is M, which CSV cannot say",
        () ->
            value(
                to -> {
                  to.beginMap();
                  to.name(utf8("pk"), 0, 2);
                  to.text(utf8("\n"), 0, 1);
                  to.endMap();
                }));
    items.put("attribute ['x.y'] has no column, and CSV no place for it", () -> text("x.y", "\n"));
    items.forEach(
        (defect, values) -> {
          writer.reset();
          writer.beginItem();
          values.run();
          writer.endItem();
          assertThat(writer.defect()).isEqualTo(defect);
          assertThat(lineOf("x")).isEqualTo("p,,x\n");
          assertThat(writer.defect()).isNull();
        });
  }

  private void value(java.util.function.Consumer<ItemWriter> value) {
    name("a");
    value.accept(writer);
  }

  @Test
  void anItemLeftInItsMiddleIsForgotten() {
    writer.beginItem();
    name("a");
    writer.beginMap();
    assertThat(lineOf("x")).isEqualTo("p,,x\n");
    assertThat(writer.defect()).isNull();
  }

  @Test
  void anotherLibraryReadsWhatWasWritten() {
    Random random = new Random(7);
    String[] parts = {"\"", ",", " ", "\t", "x", "é", "\uFEFF", "😀", "'", "\\", ";", "\u00A0"};
    List<List<String>> items = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      List<String> item = new ArrayList<>();
      for (int field = 0; field < 3; field++) {
        StringBuilder value = new StringBuilder();
        int length = random.nextInt(6);
        for (int part = 0; part < length; part++) {
          value.append(parts[random.nextInt(parts.length)]);
        }
        item.add(value.isEmpty() ? null : value.toString());
      }
      item.set(0, i + (item.get(0) == null ? "" : item.get(0)));
      items.add(item);
    }
    CsvItemWriter texts =
        new CsvItemWriter(
            new CsvHeader(
                List.of(
                    new CsvHeader.Field("f0", Descriptor.S),
                    new CsvHeader.Field("f1", Descriptor.S),
                    new CsvHeader.Field("f2", Descriptor.S))));
    for (List<String> item : items) {
      texts.beginItem();
      for (int field = 0; field < 3; field++) {
        if (item.get(field) != null) {
          texts.name(utf8("f" + field), 0, 2);
          byte[] value = utf8(item.get(field));
          texts.text(value, 0, value.length);
        }
      }
      texts.endItem();
      assertThat(texts.defect()).isNull();
    }

    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setLineSeparator("\n");
    settings.getFormat().setComment('\1');
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    List<List<String>> read = new ArrayList<>();
    String written = new String(texts.bytes(), 0, texts.length(), StandardCharsets.UTF_8);
    for (String[] line : new CsvParser(settings).parseAll(new StringReader(written))) {
      read.add(java.util.Arrays.asList(line));
    }
    assertThat(read).hasSameSizeAs(items);
    for (int i = 0; i < items.size(); i++) {
      assertThat(read.get(i)).isEqualTo(items.get(i));
    }
  }
}
