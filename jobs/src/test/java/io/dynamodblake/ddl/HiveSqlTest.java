package io.dynamodblake.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.NotEmpty;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.execution.SparkSqlParser;

class HiveSqlTest {
  private static final SparkSqlParser PARSER = new SparkSqlParser();

  @Property(tries = 300)
  void aTextLiteralReadsBackAsTheText(@ForAll String text) {
    assertThat(parsed(HiveSql.text(text))).isEqualTo(text);
  }

  @Property(tries = 300)
  void aTextOfNastyCharactersReadsBackAsTheText(
      @ForAll @CharRange(from = '\u0000', to = '/') @CharRange(from = '\\', to = '`') String text) {
    assertThat(parsed(HiveSql.text(text))).isEqualTo(text);
    assertThat(HiveSql.text(text)).doesNotContain("\n", "\r", "\u0000");
  }

  @Property(tries = 300)
  void aQuotedNameReadsBackAsTheName(@ForAll @NotEmpty String name) {
    assertThat(PARSER.parseTableIdentifier(HiveSql.name(name)).table()).isEqualTo(name);
  }

  @Property(tries = 300)
  void whatIsShownStaysOnOneLine(@ForAll String name) {
    assertThat(HiveSql.shown(name).lines().count()).isLessThanOrEqualTo(1);
  }

  @Example
  void onlyFieldNamesThatNeedItAreQuoted() {
    assertThat(HiveSql.fieldName("street")).isEqualTo("street");
    assertThat(HiveSql.fieldName("timestamp")).isEqualTo("`timestamp`");
    assertThat(HiveSql.fieldName("_1")).isEqualTo("`_1`");
  }

  private static String parsed(String literal) {
    Object value = ((Literal) PARSER.parseExpression(literal)).value();
    return value.toString();
  }
}
