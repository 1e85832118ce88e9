using System.Security.Cryptography;
using Harness.Record;
using Harness.Schemes.MqttAuth;
using Harness.Sessions;

namespace Harness.Steps.World;

/// <summary>What a publisher and its subscribers do under MQTT-Auth before the first reading: create, show, hand over, show.</summary>
internal static class TokenTalk
{
    /// <summary>The publisher creates the topic and may publish; each subscriber gets its authorization token and may read.</summary>
    public static async Task GrantAsync(DeviceSession publisher, string topic, IReadOnlyList<DeviceSession> subscribers, CancellationToken stop)
    {
        Granted(await publisher.CreateTopicAsync(topic, stop), "creation");
        Granted(await publisher.ShowTokenAsync(TokenOperation.Publish, topic, stop), "right to publish");
        await HandOverAsync(publisher, topic, subscribers, stop);
    }

    /// <summary>Each subscriber gets the authorization token by the secondary channel, and shows it.</summary>
    public static async Task HandOverAsync(DeviceSession publisher, string topic, IReadOnlyList<DeviceSession> subscribers, CancellationToken stop)
    {
        foreach (var subscriber in subscribers)
        {
            await CarryAsync(publisher, topic, subscriber, stop);
            Granted(await subscriber.ShowTokenAsync(TokenOperation.Subscribe, topic, stop), "right to read");
        }
    }

    /// <summary>The secondary channel of the scheme: the token goes from one device to the other, past broker and tap.</summary>
    public static async Task CarryAsync(DeviceSession from, string topic, DeviceSession to, CancellationToken stop)
    {
        var token = await from.Tokens.GiveAsync(topic, stop);
        try
        {
            await to.Tokens.TakeAsync(TokenKind.Authorization, topic, token, stop);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(token);
        }
    }

    private static void Granted(TokenOutcome outcome, string what)
    {
        if (outcome.Status != TokenStatus.Granted)
        {
            throw new CheckFailedException($"{what} of {outcome.Topic}", "to be granted", outcome.Status.ToString());
        }
    }
}
