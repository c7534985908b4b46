package io.dynamodblake.aws;

import io.dynamodblake.export.TableSetting;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;

/** One call that gives a table a setting. */
public final class SettingStep {
  private final TableSetting setting;
  private final String detail;
  private final DynamoDbRequest request;

  /**
   * @param detail what of the setting, such as an index; may be empty
   */
  SettingStep(TableSetting setting, String detail, DynamoDbRequest request) {
    this.setting = setting;
    this.detail = detail;
    this.request = request;
  }

  /** Returns what it sets. */
  public TableSetting setting() {
    return setting;
  }

  /** Returns what it sets in words, such as {@code time to live: by expires}. */
  public String words() {
    return detail.isEmpty() ? setting.words() : setting.words() + ": " + detail;
  }

  DynamoDbRequest request() {
    return request;
  }
}
