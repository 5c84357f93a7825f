// Makes each call that the docs show with the platform's own SDK, on the mock whose address, client
// and target are the arguments; prints what came of each as one JSON object.
const sdk = require('purecloud-platform-client-v2');

const [host, port, id, secret, session, conversation, participant] = process.argv.slice(2);
const client = sdk.ApiClient.instance;
client.setGateway({ host, protocol: 'http', port });

// The thread's calls, which no SDK has: by the generic one.
const generic = (method, path, ids = {}, body = null) =>
  client.callApi(path, method, ids, {}, {}, {}, body, ['PureCloud OAuth'],
    ['application/json'], ['application/json']);

async function main() {
  await client.loginClientCredentialsGrant(id, secret);
  const calls = new sdk.ConversationsApi();
  const access = new sdk.AuthorizationApi();
  const oauth = new sdk.OAuthApi();
  const found = {};
  found.me = (await new sdk.TokensApi().getTokensMe()).OAuthClient.id;
  found.grants = (await access.getAuthorizationSubjectsMe({ includeFullRoles: true })).grants.length;
  found.clients = (await oauth.getOauthClients()).entities.length;
  found.roles = (await access.getAuthorizationRoles({ permission: ['conversation:call:record'] }))
    .entities.map((role) => role.name);
  // As a program does it: what was read is sent back, with the change in it.
  const role = await access.getAuthorizationRole(
    (await access.getAuthorizationRoles({ name: 'Recorder' })).entities[0].id);
  role.description = 'changed';
  found.role = (await access.putAuthorizationRole(role.id, role)).description;
  const [, one] = (await oauth.getOauthClients()).entities;
  one.description = 'changed';
  found.client = (await oauth.putOauthClient(one.id, one)).description;
  found.secret = Boolean((await oauth.postOauthClientSecret(one.id)).secret);
  found.division = (await new sdk.ObjectsApi().postAuthorizationDivisions({ name: 'South' })).name;
  const state = async () => (await calls.getConversationsCall(conversation)).participants[0];
  await calls.patchConversationsCallParticipant(conversation, participant, { recording: true });
  found.started = (await state()).recordersState.adhocState;
  await calls.putConversationsCallRecordingstate(conversation, { recordingState: 'PAUSED' });
  found.paused = (await state()).securePause;
  await calls.putConversationsCallRecordingstate(conversation, { recordingState: 'ACTIVE' });
  await calls.patchConversationsCallParticipant(conversation, participant, { recording: false });
  await calls.postConversationsCallParticipantSnippetRecord(conversation, participant,
    { type: 'snippet', record: true });
  found.snippet = (await state()).recordersState.snippetState;
  found.sessions = (await generic('GET', '/api/v2/recording-sessions')).entities.length;
  found.session = (await generic('GET', '/api/v2/recording-sessions/{sessionId}',
    { sessionId: session })).state;
  const body = {
    recordingType: 'call',
    mediaTypes: ['audio'],
    sessionUri: `http://${host}:${port}/api/v2/conversations/${conversation}`,
  };
  found.recording = Boolean((await generic('POST', '/api/v2/recording-sessions/{sessionId}/start',
    { sessionId: session }, body)).id);
  found.refused = await generic('POST', '/api/v2/recording-sessions/{sessionId}/start',
    { sessionId: session }, { recordedUserIds: ['a'] }).catch((error) => error.status);
  // In the thread's words; the SDK has neither.
  found.invented = [typeof sdk.RecordingApi.prototype.postRecordingSessionStart,
    typeof sdk.RecordingApi.prototype.postRecordingSessionsSessionIdStart];
  console.log(JSON.stringify(found));
}

main().catch((error) => {
  console.error(JSON.stringify({ status: error.status, body: error.body, message: error.message }));
  process.exitCode = 1;
});
