package io.dynamodblake.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.document.JsonDocuments;
import org.junit.jupiter.api.Test;

class WholenessTest {
  private static final String ARN =
      "arn:aws:dynamodb:eu-west-1:111122223333:table/Orders-1/export/01731900000000-0a1b2c3d";

  private static JsonNode json(String text) {
    return JsonDocuments.parseObject(text.replace('\'', '"')).orElseThrow();
  }

  private static Wholeness ofRun(int version, String inputs, int quarantined) {
    return Wholeness.ofRun(
        json(
            "{'format':'dynamodb-lake/run-report','formatVersion':%d,%s,'verification':{'level':'md5'},'counts':{'quarantined':%d}}"
                .formatted(version, inputs, quarantined)));
  }

  private static String export(String extent, String more) {
    return "{'extent':'%s','manifest':true%s}".formatted(extent, more);
  }

  @Test
  void aRunReportSaysTheSameInBothVersions() {
    String whole = export("whole", "");
    String partial = export("partial", "");
    String byDynamo = export("unsaid", ",'exportArn':'%s'".formatted(ARN));

    for (String input : new String[] {whole, partial, byDynamo}) {
      Wholeness first = ofRun(1, "'input':" + input, 3);

      assertThat(ofRun(2, "'inputs':[" + input + "]", 3)).as(input).isEqualTo(first);
      assertThat(first.gaps()).contains("3 lines of the export were set aside");
    }
    assertThat(ofRun(1, "'input':" + whole, 0)).isEqualTo(Wholeness.WHOLE);
    assertThat(ofRun(2, "'inputs':[" + whole + "]", 0)).isEqualTo(Wholeness.WHOLE);
    assertThat(ofRun(2, "'inputs':[" + partial + "]", 0).gaps()).containsExactly(Wholeness.PARTIAL);
    assertThat(ofRun(2, "'inputs':[" + byDynamo + "]", 0).exportArn()).contains(ARN);
  }

  @Test
  void nobodyKnowsOfARunWhoseReportThisVersionDoesNotUnderstand() {
    String whole = export("whole", "");

    assertThat(ofRun(2, "'inputs':[" + whole + "," + whole + "]", 0).doubts())
        .containsExactly("they come from 2 inputs");
    assertThat(ofRun(2, "'inputs':[]", 0).doubts()).containsExactly(Wholeness.NO_MANIFEST);
    assertThat(ofRun(3, "'inputs':[" + whole + "]", 0).doubts())
        .containsExactly(
            "the report of the run that wrote them is of a later version of this program");
    assertThat(
            Wholeness.ofImport(
                    json(
                        "{'format':'dynamodb-lake/restore-report','formatVersion':2,'status':'done','input':{'gaps':[],'doubts':[]},'output':{'items':1}}"),
                    1)
                .doubts())
        .containsExactly(
            "the report of the run that wrote them is of a later version of this program");
  }

  @Test
  void aReportOfARestoreNeedsNoRunIdWhichItDidNotAlwaysHave() {
    assertThat(
            Wholeness.ofImport(
                json(
                    "{'format':'dynamodb-lake/restore-report','formatVersion':1,'status':'done','input':{'gaps':[],'doubts':[]},'output':{'items':1}}"),
                1))
        .isEqualTo(Wholeness.WHOLE);
  }
}
