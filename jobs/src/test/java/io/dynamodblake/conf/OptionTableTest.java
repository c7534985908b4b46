package io.dynamodblake.conf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionTableTest {
  private static final Path PAGE = Path.of("../docs/options.md");
  private static final String BEGIN =
      "<!-- from conf.OptionTable; mvn test -Dtest=OptionTableTest -Dgolden.update=true -->\n";

  @Test
  void pageHasTheRowOfEveryOption() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(BEGIN);
    String introduction = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
    String expected = introduction + "\n" + OptionTable.markdown();
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, expected);
      page = expected;
    }
    assertThat(page).isEqualTo(expected);
  }

  @Test
  void everyOptionHasItsRow() {
    String tables = OptionTable.markdown();
    for (Option<?> option : CommandKeys.COMMAND_LINE) {
      assertThat(tables)
          .contains(
              option.isPositional()
                  ? "| `" + option.label() + "` |"
                  : "| `--" + option.key() + (option.isFlag() ? "`" : " "));
    }
    for (Option<?> option : ImportSourceKeys.ALL) {
      assertThat(tables).contains("| `" + option.key() + "` |");
    }
    for (Option<?> option : LakeSourceKeys.ALL) {
      assertThat(tables).contains("| `" + option.key() + "` |");
    }
    for (Option<?> option : ExportSourceKeys.ALL) {
      assertThat(tables).contains("| `" + option.key() + "` |");
    }
  }
}
