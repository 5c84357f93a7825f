Feature: OAuth clients can start recordings
  Scenario: User grants hold the recording scopes
    Given I have genesyscloud_oauth_client defined
    When its authorized_grant_type is CODE
    Then it must contain scopes
    And its value must match the ".*recordingSession.*" regex
