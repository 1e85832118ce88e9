namespace Harness.Schemes.Tests;

/// <summary>Runs the hop's contract tests on the device in this process.</summary>
[TestFixture(SchemeNames.AugMqtt)]
[TestFixture(SchemeNames.MqttAuth)]
public sealed class HopHostPartyTests(string scheme) : HopPartyContract
{
    protected override string Scheme => scheme;

    protected override IParty Create() => new HostParty("host", 256);
}

/// <summary>Runs the tokens' contract tests on the device in this process.</summary>
[TestFixture]
public sealed class TokenHostPartyTests : TokenPartyContract
{
    protected override IParty Create() => new HostParty("host", 256);
}
