namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>Pieces of readings are looked for in every byte that went over any connection.</summary>
[Attack("dc-plaintext-on-the-wire", Order = 1)]
internal sealed class PlaintextOnTheWire : Attack
{
    private const int Messages = 8;

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a capture of every connection from the login on",
        Summary = "looks for any 8 bytes of 8 readings, and of the topic's token where there is one: raw, in hex and in base64",
        Observation = "a piece of a reading stands in the capture",
        Reference = "Sahmi et al. 2021, section 5 b (confidentiality)",
        Control = "payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var readings = new List<byte[]>();
        for (var i = 0; i < Messages; i++)
        {
            readings.Add(await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false));
        }

        // Tokens are no less a secret than readings.
        var token = await testbed.LeakTokenAsync(cancellationToken).ConfigureAwait(false);
        var secrets = token.Length > 0 ? [.. readings, token] : readings;
        var capture = testbed.Proxy.Capture;
        var findings = new PlaintextScan(secrets).Scan(capture);
        var bytes = capture.Sum(c => (long)c.Bytes.Length);
        return findings.Count == 0
            ? AttackResult.Loss($"no piece of {Messages} readings{(token.Length > 0 ? " and a token" : "")} in {bytes} bytes of both ways")
            : AttackResult.Win($"{findings.Count} findings in {bytes} bytes, the first {findings[0].Encoding} on the way {findings[0].Direction}: "
                + (findings[0].Plaintext < Messages ? PayloadTraffic.Quote(readings[findings[0].Plaintext].AsSpan(0, PlaintextScan.MinimumPieceLength)) : "the token"));
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);
}
