using System.Security.Cryptography;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttAuth;

namespace Harness.Adversary.Claims;

/// <summary>The tokens of MQTT-Auth on a ground: the publisher creates the topic, readers get theirs by the secondary channel, each shows its own.</summary>
internal static class GroundTokens
{
    /// <summary>Shows a device's token; the publisher creates the topic, a reader takes its token first where it has none.</summary>
    /// <exception cref="InconclusiveException">An undisturbed device was refused.</exception>
    public static async Task ShowAsync(Ground ground, GroundDevice device, CancellationToken cancellationToken)
    {
        var publishes = device.Role == GroundRoles.Publisher;
        var operation = publishes ? TokenOperation.Publish : TokenOperation.Subscribe;
        await Ground.Required($"token of the {device.Role}", async () =>
        {
            TokenOutcome outcome;
            try
            {
                outcome = await device.Required.ShowTokenAsync(operation, ground.Topic, cancellationToken).ConfigureAwait(false);
            }
            catch (PartyRefusedException e) when (e.Refusal == PartyRefusal.State)
            {
                await (publishes ? CreateAsync(ground, cancellationToken) : HandOverAsync(ground, device, cancellationToken)).ConfigureAwait(false);
                outcome = await device.Required.ShowTokenAsync(operation, ground.Topic, cancellationToken).ConfigureAwait(false);
            }

            Granted($"token of the {device.Role}", outcome);
        }).ConfigureAwait(false);
    }

    /// <summary>The publisher's authorization token goes to a reader, as the scheme hands it to chosen subscribers.</summary>
    public static async Task HandOverAsync(Ground ground, GroundDevice reader, CancellationToken cancellationToken)
    {
        var token = await ground.Publisher.Party.Tokens.GiveAsync(ground.Topic, cancellationToken).ConfigureAwait(false);
        await reader.Party.Tokens.TakeAsync(TokenKind.Authorization, ground.Topic, token, cancellationToken).ConfigureAwait(false);
        CryptographicOperations.ZeroMemory(token);
    }

    /// <summary>Requires that the token service granted what was asked.</summary>
    public static void Granted(string what, TokenOutcome outcome)
    {
        if (outcome.Status != TokenStatus.Granted)
        {
            throw new InconclusiveException(what, "granted by the token service", outcome.Status.ToString());
        }
    }

    private static async Task CreateAsync(Ground ground, CancellationToken cancellationToken) =>
        Granted("creation of the topic", await ground.Publisher.Required.CreateTopicAsync(ground.Topic, cancellationToken).ConfigureAwait(false));
}
