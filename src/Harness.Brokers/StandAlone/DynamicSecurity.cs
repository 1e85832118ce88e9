using System.Text.Json;
using System.Text.Json.Nodes;
using Harness.Sessions.Broker;

namespace Harness.Brokers.StandAlone;

/// <summary>Mosquitto's dynamic-security plugin: whoever has no user may log in on topics, and each login makes a user of the client's own, bound to its ClientId.</summary>
internal sealed class DynamicSecurity(IReadOnlyList<string> topics)
{
    private const string Control = "$CONTROL/dynamic-security/v1";
    private const string Answers = Control + "/response";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode>> _asked = new(StringComparer.Ordinal);
    private MqttClient _client = null!;

    /// <summary>The plugin's file for a start: the harness's own side with every right, and what clients without a user may do.</summary>
    public static string Settings(BrokerLogin service, IReadOnlyList<string> topics)
    {
        var hash = MosquittoPassword.Of(service.Password.Span);
        return JsonSerializer.Serialize(new
        {
            defaultACLAccess = new { publishClientSend = false, publishClientReceive = true, subscribe = false, unsubscribe = true },
            anonymousGroup = "without-user",
            groups = new[] { new { groupname = "without-user", roles = new[] { new { rolename = "logs-in" } } } },
            clients = new[] { new { username = service.User, password = hash.Hash, salt = hash.Salt, iterations = MosquittoPassword.Iterations, roles = new[] { new { rolename = "service" } } } },
            roles = new[]
            {
                new { rolename = "service", acls = Everything("$CONTROL/dynamic-security/#").Concat(Everything("#")) },
                new { rolename = "logs-in", acls = Rights("aug/+/c", "aug/+/s").Concat(Rights("aug/+/reg", "aug/+/key")).Concat(topics.SelectMany(t => Rights(t, t))) },
            },
        });
    }

    /// <summary>Takes the broker's answers; they come to whoever reads the client's messages (<see cref="Take"/>).</summary>
    public async Task StartAsync(MqttClient client, CancellationToken cancellationToken)
    {
        _client = client;
        var granted = await client.SubscribeAsync(Answers, QualityOfService.AtLeastOnce, cancellationToken).ConfigureAwait(false);
        _ = granted < ReasonCode.UnspecifiedError ? granted : throw new MqttRefusedException(granted, $"mosquitto refused the subscription to {Answers}");
    }

    /// <summary>Takes a message where it is an answer of the plugin.</summary>
    /// <returns>False for any other message.</returns>
    public bool Take(MqttMessage message)
    {
        if (message.Topic != Answers)
        {
            return false;
        }

        foreach (var answer in JsonNode.Parse(message.Payload.Span)?["responses"]?.AsArray() ?? [])
        {
            if (answer?["correlationData"]?.GetValue<string>() is { } mark && _asked.TryRemove(mark, out var waiting))
            {
                waiting.TrySetResult(answer);
            }
        }

        return true;
    }

    /// <summary>Makes a user with the client's name, bound to that ClientId, which may use the client's own topics and those of the rig; one that is there gets the new password.</summary>
    /// <exception cref="MqttProtocolException">The plugin refused.</exception>
    public async Task GrantAsync(string client, string password, CancellationToken cancellationToken)
    {
        var role = "own-" + client;
        var acls = Rights(PrivateTopics.Login(client), PrivateTopics.LoginAnswer(client)).Concat(Rights(null, PrivateTopics.Key(client))).Concat(topics.SelectMany(t => Rights(t, t)));
        await AskAsync(new { command = "createRole", rolename = role, acls }, isThereAlready: true, cancellationToken).ConfigureAwait(false);
        if (!await AskAsync(new { command = "createClient", username = client, clientid = client, password, roles = new[] { new { rolename = role } } }, isThereAlready: true, cancellationToken).ConfigureAwait(false))
        {
            await AskAsync(new { command = "setClientPassword", username = client, password }, isThereAlready: false, cancellationToken).ConfigureAwait(false);
        }
    }

    private static IEnumerable<object> Rights(string? send, string receive)
    {
        if (send is not null)
        {
            yield return new { acltype = "publishClientSend", topic = send, priority = 0, allow = true };
        }

        yield return new { acltype = "subscribePattern", topic = receive, priority = 0, allow = true };
    }

    // The plugin answers only who may receive below $CONTROL explicitly, whatever the default says.
    private static IEnumerable<object> Everything(string topic) =>
        ((string[])["publishClientSend", "publishClientReceive", "subscribePattern", "unsubscribePattern"]).Select(acltype => (object)new { acltype, topic, allow = true });

    /// <returns>False where it was there already.</returns>
    private async Task<bool> AskAsync(object command, bool isThereAlready, CancellationToken cancellationToken)
    {
        var mark = Guid.NewGuid().ToString("N");
        var node = JsonSerializer.SerializeToNode(command)!;
        node["correlationData"] = mark;
        var waiting = _asked[mark] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var text = new JsonObject { ["commands"] = new JsonArray(node) }.ToJsonString();
        await _client.PublishAsync(Control, Encoding.UTF8.GetBytes(text), QualityOfService.AtLeastOnce, retain: false, cancellationToken).ConfigureAwait(false);
        var answer = await waiting.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
        return answer["error"]?.GetValue<string>() switch
        {
            null => true,
            var error when isThereAlready && error.Contains("already exists", StringComparison.Ordinal) => false,
            var error => throw new MqttProtocolException(ReasonCode.ImplementationSpecificError, $"mosquitto's dynamic security refused {answer["command"]}: {error}"),
        };
    }
}
