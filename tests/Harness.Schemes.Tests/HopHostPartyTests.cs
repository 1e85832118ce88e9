namespace Harness.Schemes.Tests;

/// <summary>The contract of the hop, kept by the device in this process.</summary>
[TestFixture(SchemeNames.AugMqtt)]
[TestFixture(SchemeNames.MqttAuth)]
public sealed class HopHostPartyTests(string scheme) : HopPartyContract
{
    protected override string Scheme => scheme;

    protected override IParty Create() => new HostParty("host", 256);
}

/// <summary>The contract of the tokens, kept by the device in this process.</summary>
[TestFixture]
public sealed class TokenHostPartyTests : TokenPartyContract
{
    protected override IParty Create() => new HostParty("host", 256);
}
