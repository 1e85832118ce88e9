using Harness.Adversary.Claims.Bearer;
using Harness.Schemes.Niruntasukrat;

namespace Harness.Steps;

/// <summary>Logins that CONNECT carries whole: a code under a timestamp, or a token (niruntasukrat-2016, jwt), on a clock of their own.</summary>
[Binding]
public sealed class BearerSteps(RunEnvironment environment, ScenarioScope scope)
{
    private BearerLab? _lab;
    private ConnectFields? _fields;
    private ReasonCode? _reason;

    [Given("^a device that holds a token of (niruntasukrat-2016|jwt)$")]
    public async Task GivenADevice(string scheme) =>
        _lab = scope.Own(await BearerLab.OpenAsync(clock => BearerLab.Bearing(scheme, clock), environment.HandshakeTimeout, scope.Cancellation));

    [When("^it connects with its token$")]
    public async Task WhenConnects()
    {
        _fields = Lab.Bearer.Connect();
        _reason = await Lab.TryAsync(_fields, scope.Cancellation);
    }

    [When(@"^the same CONNECT comes again (\d+) minutes later$")]
    public async Task WhenAgain(int minutes)
    {
        var fields = _fields ?? throw NotYet();
        Lab.Clock.Advance(TimeSpan.FromMinutes(minutes));
        _reason = await Lab.TryAsync(fields, scope.Cancellation);
    }

    [When("^one byte of its (user name|password) is altered$")]
    public async Task WhenAltered(string field)
    {
        var fields = Lab.Bearer.Connect();
        Check.Needs(field == "password" || fields.UserName is not null, "user name", "one in its CONNECT", "none", "When one byte of its password is altered");
        var password = (byte[])fields.Password.Clone();
        password[^3] ^= 1;
        _fields = field == "password" ? fields with { Password = password } : fields with { UserName = "x" + fields.UserName![1..] };
        _reason = await Lab.TryAsync(_fields, scope.Cancellation);
    }

    [When("^the owner takes its right back$")]
    public void WhenRevoked() => Lab.Bearer.Revoke();

    [Then("^the token's broker lets it in$")]
    public void ThenIn() => Check.Equal(ReasonCode.Success, _reason ?? throw NotYet(), "CONNACK");

    [Then("^the token's broker refuses it$")]
    public void ThenRefused() => Check.Equal(ReasonCode.BadUserNameOrPassword, _reason ?? throw NotYet(), "CONNACK");

    private BearerLab Lab => _lab ?? throw new UnjudgeableException("device", "one with a token", "none", "Given a device that holds a token of jwt");

    private static UnjudgeableException NotYet() => new("CONNECT", "one that was answered", "none", "When it connects with its token");
}
