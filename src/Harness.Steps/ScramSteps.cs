using System.Text.RegularExpressions;

namespace Harness.Steps;

/// <summary>Logins without a key: SCRAM-SHA-256.</summary>
[Binding]
public sealed class ScramSteps(BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    [Given(@"^a broker of ([\w-]+) for " + StepPatterns.Device + "$")]
    public async Task GivenABrokerOf(string scheme, string device)
    {
        Check.Needs(SchemeNames.OfBroker.Contains(scheme), "scheme", $"one of {string.Join(", ", SchemeNames.OfBroker)}", $"{scheme}{NearestWord.Hint(scheme, SchemeNames.OfBroker)}");
        var party = await logins.PartyAsync(device);
        if (!party.Capabilities.Schemes.Contains(scheme))
        {
            throw new InconclusiveException($"schemes of {device}", scheme, string.Join(", ", party.Capabilities.Schemes));
        }

        broker.Scheme = scheme;
        await broker.StartAsync();
        logins.Enrol(device);
    }

    [When(@"^the tap changes the iterations to (\d+)$")]
    public void WhenIterations(string count) => Alter($",i={count}", ",i=[0-9]+$");

    [When("^the tap changes the salt$")]
    public void WhenSalt() => Alter(",s=c2FsdA==,", ",s=[^,]+,");

    [When("^the tap answers with a nonce that does not extend the client's$")]
    public void WhenNonce() => Alter("r=another-nonce-of-its-own,", "^r=[^,]+,");

    [When("^the tap forges the broker's signature$")]
    public void WhenSignature() =>
        tap.Attack(new AlterPolicy(PacketField.ServerProof, _ => Encoding.ASCII.GetBytes($"v={Convert.ToBase64String(new byte[32])}")));

    [Then("^" + StepPatterns.Device + " and the broker saw the same exchange$")]
    public void ThenTheSameExchange(string device)
    {
        var under = logins.Device(device);
        LoginDriver.Session(under);
        Check.Equal(broker.Broker.SessionFingerprint(under.Client), under.Fingerprints[^1], $"exchange of {device} and broker (fingerprints)");
    }

    private void Alter(string replacement, string pattern) => tap.Attack(new AlterPolicy(
        PacketField.Challenge, value => Encoding.UTF8.GetBytes(Regex.Replace(Encoding.UTF8.GetString(value), pattern, replacement.Replace("$", "$$", StringComparison.Ordinal)))));
}
