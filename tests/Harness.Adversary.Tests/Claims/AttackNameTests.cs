using System.Reflection;
using System.Reflection.Emit;
using Harness.Record;

namespace Harness.Adversary.Tests.Claims;

/// <summary>Attacks declare their names themselves; the order of the tables stays.</summary>
public sealed class AttackNameTests
{
    [Test]
    public void The_attacks_stand_in_the_order_of_the_tables() => Assert.That(string.Join(' ', Attacks.All.Where(a => a is not StandaloneAttack && a.Schemes.Any(Schemes.SchemeNames.OfAugPake.Contains)).Select(a => a.Id)), Is.EqualTo(
        "ua-two-sessions ua-aborted-session ua-after-connect ua-running-counter "
        + "ma-wrong-password ma-wrong-verifier ma-tampered-client-proof ma-tampered-server-proof ma-reflected-proof ma-crossed-sessions ma-unequal-keys ma-small-order-y ma-smooth-order-x ma-sniffed-registration "
        + "mitm-two-handshakes mitm-substituted-fields mitm-substituted-payload mitm-substituted-registration "
        + "opg-captured-handshake opg-captured-registration opg-stolen-verifier opg-one-run-as-client opg-one-run-as-broker opg-verifier-from-smooth-x opg-pair-run "
        + "replay-login-to-broker replay-login-to-client replay-message-at-once replay-message-later replay-message-reflected replay-message-across-sessions replay-key-wrap "
        + "dc-plaintext-on-the-wire dc-equal-blocks dc-equal-messages dc-keystream-reuse dp-curious-broker dp-broker-plays-reader "
        + "di-mutations-at-subscriber di-mutations-at-broker di-other-topic di-broker-forges di-broker-plays-publisher di-reader-forges "
        + "a-publish-without-grant a-read-without-grant a-read-by-unrolling a-revoked-reader a-revoked-publisher a-leaked-token nr-subscriber-forges"));

    [Test]
    public void The_findings_stand_in_the_order_of_the_papers_parts() => Assert.That(string.Join(' ', Attacks.Findings.Select(a => a.Id)), Is.EqualTo(
        "finding-sniffed-registration-plays-the-broker finding-names-run-together finding-no-lockout finding-user-enumeration finding-identities-in-clear "
        + "finding-partner-computes-session-key finding-rogue-publisher-unrolls-sessions finding-broker-computes-traffic-key finding-ecb-shows-equal-blocks "
        + "finding-ecb-shows-equal-messages finding-block-swap-accepted finding-flipped-bits-accepted finding-replay-accepted finding-key-wrap-replay-accepted "
        + "finding-flipped-wrap-desynchronises finding-many-subscribers-break-publishing finding-keys-are-truncated"));

    [Test]
    public void An_attack_of_another_assembly_is_found_by_its_name_and_decides_no_cell()
    {
        Attacks.Include(typeof(AttackNameTests).Assembly);
        Assert.Multiple(() =>
        {
            Assert.That(Attacks.ById("ma-of-a-lab"), Is.TypeOf<OfALab>());
            Assert.That(Attacks.OfPlugins.Select(a => a.Id), Is.EqualTo(new[] { "ma-of-a-lab" }));
            Assert.That(Attacks.All.Select(a => a.Id), Has.None.EqualTo("ma-of-a-lab"));
        });
    }

    [Test]
    public void A_name_that_two_declare_is_told_with_both_types()
    {
        Assert.That(
            () => Attacks.Include(Declaring("Lab.Copy", "ma-wrong-password")),
            Throws.TypeOf<DeclarationException>().With.Message.Contains("attack name \"ma-wrong-password\"").And.Message.Contains("MutualAuthentication.WrongPassword").And.Message.Contains("Lab.Copy"));
    }

    [Test]
    public void A_type_that_is_no_attack_is_told()
    {
        Assert.That(
            () => Attacks.Include(Declaring("Lab.Nothing", "lab-nothing")),
            Throws.TypeOf<DeclarationException>().With.Message.Contains("Lab.Nothing declares the name of an attack"));
    }

    /// <summary>An assembly of one type that declares an attack's name and is none.</summary>
    private static AssemblyBuilder Declaring(string name, string attack)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("m").DefineType(name);
        type.SetCustomAttribute(new CustomAttributeBuilder(typeof(AttackAttribute).GetConstructor([typeof(string)])!, [attack]));
        type.CreateType();
        return assembly;
    }

    [Attack("ma-of-a-lab")]
    private sealed class OfALab : Attack
    {
        public override AttackDescription Description { get; } = new()
        {
            Cell = new(Claim.MutualAuthentication), Precondition = "none", Summary = "none", Observation = "none", Reference = "none", Control = "none",
        };

        public override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
