package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static Map<String, String> file(String text) throws IOException {
    return ConfFile.read(new StringReader(text), "job.properties", CommandKeys.FLATTEN);
  }

  @Test
  void commandLineWinsOverFileAndFileOverDefault() {
    String key = ReadKeys.VERIFY.key();
    assertThat(new Settings(Map.of(), Map.of(), "").value(ReadKeys.VERIFY)).isEqualTo("md5");
    assertThat(new Settings(Map.of(), Map.of(key, "counts"), "f").value(ReadKeys.VERIFY))
        .isEqualTo("counts");
    assertThat(new Settings(Map.of(key, "none"), Map.of(key, "counts"), "f").value(ReadKeys.VERIFY))
        .isEqualTo("none");
  }

  @Test
  void whatIsAddedLaterWinsOverEverything() {
    Settings settings = Settings.ofCommandLine(Map.of("table", "a")).with(FlattenKeys.TABLE, "b");
    assertThat(settings.value(FlattenKeys.TABLE)).isEqualTo("b");
  }

  @Test
  void messagesNameThePlaceWhereTheUserWroteIt() {
    assertThatThrownBy(() -> Settings.ofCommandLine(Map.of("verify", "x")).value(ReadKeys.VERIFY))
        .hasMessageStartingWith("Cannot read --verify: ");
    assertThatThrownBy(
            () ->
                new Settings(Map.of(), Map.of("verify", "x"), "job.properties")
                    .value(ReadKeys.VERIFY))
        .hasMessageStartingWith("Cannot read verify in job.properties: ");
  }

  @Test
  void missingOnesAreNamedAsTheyAreWritten() {
    Settings none = Settings.ofCommandLine(Map.of());
    assertThatThrownBy(() -> none.value(FlattenKeys.TO)).hasMessage("Missing option --to DIR");
    assertThatThrownBy(() -> none.value(ReadKeys.EXPORT))
        .hasMessageStartingWith("Missing EXPORT: ");
    assertThat(none.isGiven(FlattenKeys.TO)).isFalse();
  }

  @Test
  void fileIsUtf8WithCommentsAndContinuations() throws IOException {
    assertThat(file("# Größe\ntarget-file-size = 64MB\nsort-by=a,\\\n  b\nexport=s3://b/p/\n"))
        .containsExactly(
            Map.entry("target-file-size", "64MB"),
            Map.entry("sort-by", "a,b"),
            Map.entry("export", "s3://b/p/"));
  }

  @Test
  void unknownKeyIsRefusedWithTheNearestOne() {
    assertThatThrownBy(() -> file("target-filesize=1\n"))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Unknown option 'target-filesize' in job.properties; did you mean 'target-file-size'?");
    assertThatThrownBy(() -> file("colour=1\n"))
        .hasMessageStartingWith("Unknown option 'colour' in job.properties; known are export, to");
  }

  @Test
  void keyWithDashesSaysHowToWriteIt() {
    assertThatThrownBy(() -> file("--verify=none\n"))
        .hasMessage(
            "Unknown option '--verify' in job.properties; write keys without dashes: verify");
  }

  @Test
  void keyOfAnotherCommandIsNotIgnored() {
    assertThatThrownBy(() -> file("html=x.html\n"))
        .hasMessageStartingWith("Option 'html' in job.properties belongs to another command");
  }

  @Test
  void keyThatStandsTwiceIsRefused() {
    assertThatThrownBy(() -> file("verify=none\nverify=md5\n"))
        .hasMessage("Option 'verify' stands twice in job.properties");
  }
}
