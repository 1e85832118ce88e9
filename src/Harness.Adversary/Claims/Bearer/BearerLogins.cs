namespace Harness.Adversary.Claims.Bearer;

/// <summary>Sends a captured CONNECT again while it holds.</summary>
[Attack("replay-captured-connect")]
internal sealed class CapturedConnect : BearerAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.Replay, "handshake"),
        Precondition = "on the wire of one login",
        Summary = "copies ClientId, user name and password of a CONNECT and sends them a minute later: within the clock's tolerance, before the token expires",
        Observation = "the broker lets it in",
        Reference = "the authors' libraries (CONNECT of niruntasukrat-2016); RFC 7519, section 4.1.4 (exp); the tolerance here is 5 min, the deployed one is not public",
        Control = "a tolerance, or a lifetime, of a year",
    };

    protected override Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken) =>
        AgainAsync(lab, TimeSpan.FromMinutes(1), lab.Captured, "the same CONNECT a minute later", cancellationToken);
}

/// <summary>Sends a captured CONNECT again when it no longer holds.</summary>
[Attack("replay-stale-connect")]
internal sealed class StaleConnect : BearerAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.Replay, "sessions"),
        Precondition = "on the wire of one login",
        Summary = "copies ClientId, user name and password of a CONNECT and sends them an hour later",
        Observation = "the broker lets it in",
        Reference = "the authors' libraries (CONNECT of niruntasukrat-2016); RFC 7519, section 4.1.4 (exp)",
        Control = "a tolerance, or a lifetime, of a year",
    };

    protected override Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken) =>
        AgainAsync(lab, TimeSpan.FromHours(1), lab.Captured, "the same CONNECT an hour later", cancellationToken);
}

/// <summary>Connects after its right was taken back.</summary>
[Attack("a-revoked-bearer")]
internal sealed class RevokedBearer : BearerAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.Authorization, "revoked"),
        Precondition = "a device with a right that its owner takes back",
        Summary = "connects a minute after the revocation, as it did before",
        Observation = "the broker lets it in",
        Reference = "the authors' libraries (revocation of niruntasukrat-2016); RFC 7519 has none: a token is checked by its signature alone",
        Control = "a server that takes nothing back",
    };

    protected override Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken) =>
        AgainAsync(lab, TimeSpan.FromMinutes(1), lab.Bearer.Connect, "the device after its revocation", cancellationToken, lab.Bearer.Revoke);
}

/// <summary>Recognises a device by what its CONNECT carries.</summary>
[Attack("ua-same-bearer")]
internal sealed class SameBearer : BearerAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.UserAnonymity),
        Precondition = "on the wire of two logins",
        Summary = "compares ClientId of the two",
        Observation = "it is the same",
        Reference = "the authors' libraries: ClientId is the access token; RFC 7519, section 4.1.2 (sub)",
        Control = "the same device, whose right never ends",
    };

    protected override async Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var honest = await HonestAsync(lab, cancellationToken).ConfigureAwait(false);
            await honest.DisposeAsync().ConfigureAwait(false);
            names.Add(lab.Captured().ClientId);
            lab.Clock.Advance(TimeSpan.FromSeconds(90));
        }

        return new AttackResult(names[0] == names[1], $"{names[0].Length} bytes of ClientId are {(names[0] == names[1] ? "the same" : "others")} in both logins");
    }
}

/// <summary>Plays the broker: a device asks it for no proof.</summary>
[Attack("ma-rogue-bearer-broker")]
internal sealed class RogueBearerBroker : BearerAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.MutualAuthentication),
        Precondition = "stands where the device looks for its broker, and knows nothing",
        Summary = "accepts whatever CONNECT comes, and the message after it",
        Observation = "the device publishes its reading there",
        Reference = "MQTT 5 section 3.2: CONNACK carries no proof",
        Control = "the same broker, for a device whose right never ends",
    };

    protected override async Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken)
    {
        var rogue = await BrokerWithTap.StartAsync(new Mqtt.Broker.MqttBrokerOptions { AllowAnonymous = true }, new Tap(), cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var device = await lab.ConnectAsync(lab.Bearer.Connect(), rogue.Proxy.Endpoint, cancellationToken).ConfigureAwait(false);
            await using (device.ConfigureAwait(false))
            {
                var reading = Reading(scene);
                await device.PublishAsync(Topic, reading, QualityOfService.AtLeastOnce, cancellationToken: cancellationToken).ConfigureAwait(false);
                return AttackResult.Win($"the device published '{Encoding.ASCII.GetString(reading)}' at a broker without any secret of it");
            }
        }
    }
}
