using System.Device.Gpio;

namespace Harness.Hardware.Tests.Gpio;

/// <summary>The package's controller on a model, on a driver that fails, and on nodes that are no chip; real lines are in the contract tests.</summary>
[TestFixture]
public sealed class GpioInputTests
{
    [Test]
    public void It_reads_the_level_that_the_model_has()
    {
        var model = new GpioLineModel("door");
        using var input = GpioInput.On(model);
        foreach (var level in (bool[])[true, false, true])
        {
            model.Level = level;
            Assert.That(input.Read(), Is.EqualTo(level));
        }
    }

    [Test]
    public void The_package_s_own_controller_reads_the_model()
    {
        var model = new GpioLineModel("door") { Level = true };
        using var controller = new GpioController(model);
        using var pin = controller.OpenPin(GpioLineModel.Line, PinMode.Input);
        Assert.That(pin.Read(), Is.EqualTo(PinValue.High));
        model.Level = false;
        Assert.That(pin.Read(), Is.EqualTo(PinValue.Low));
        Assert.That(controller.IsPinModeSupported(GpioLineModel.Line, PinMode.Output), Is.False);
    }

    [Test]
    public void A_model_taken_off_the_bench_fails_as_vanished_and_is_read_again_when_it_is_back()
    {
        var model = new GpioLineModel("door");
        using var input = GpioInput.On(model);
        model.Present = false;
        var failure = Assert.Throws<HardwareException>(() => input.Read())!;
        Assert.That((failure.Failure, failure.Device, failure.NextCommand), Is.EqualTo((HardwareFailure.Vanished, "door", "./harness rig show")));
        model.Present = true;
        Assert.That(input.Read(), Is.False);
    }

    [Test]
    public void A_chip_that_is_gone_is_told_with_line_and_name_and_the_line_is_given_back_once()
    {
        var line = new OneLine(17);
        var input = GpioInput.On(line, 17, "button", "/dev/gpiochip0 line 17", "gpioinfo gpiochip0");
        Assert.That((input.Name, line.Mode, input.Read()), Is.EqualTo(("button", PinMode.Input, true)));
        line.Gone = true;
        var gone = Assert.Throws<HardwareException>(() => input.Read())!;
        Assert.That((gone.Failure, gone.NextCommand), Is.EqualTo((HardwareFailure.Vanished, "gpiodetect")));
        Assert.That(gone.Message, Does.Contain("/dev/gpiochip0 line 17").And.Contain("button"));
        input.Dispose();
        input.Dispose();
        Assert.That((line.Opened, line.Disposed), Is.EqualTo((0, 1)));
        Assert.That(() => input.Read(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_line_that_the_controller_cannot_take_as_input_is_told_with_what_to_type()
    {
        var line = new OneLine(17) { OutputOnly = true };
        var refused = Assert.Throws<HardwareException>(() => GpioInput.On(line, 17, "button", "/dev/gpiochip0 line 17", "gpioinfo gpiochip0"))!;
        Assert.That((refused.Failure, refused.NextCommand), Is.EqualTo((HardwareFailure.Configuration, "gpioinfo gpiochip0")));
        Assert.That((line.Opened, line.Disposed), Is.EqualTo((0, 1)));
    }

    [Test]
    public void A_missing_chip_says_what_to_list()
    {
        var failure = Assert.Throws<HardwareException>(() => GpioInput.Open("/dev/gpiochip250", 4))!;
        Assert.That((failure.Failure, failure.Device, failure.NextCommand), Is.EqualTo((HardwareFailure.Missing, "/dev/gpiochip250 line 4", "ls -l /dev/gpiochip*")));
    }

    [Test]
    public void A_missing_permission_names_the_group_to_join()
    {
        var failure = GpioNode.Opening("/dev/gpiochip250", "/dev/gpiochip250 line 4", Errno.AccessDenied);
        Assert.That((failure.Failure, failure.NextCommand), Is.EqualTo((HardwareFailure.PermissionDenied, "sudo usermod -aG gpio $USER")));
    }

    [Test]
    public void A_node_that_is_no_chip_is_refused()
    {
        var failure = Assert.Throws<HardwareException>(() => GpioInput.Open("/dev/null", 4))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Configuration));
        Assert.That(failure.Message, Does.Contain("not a GPIO chip"));
    }

    [Test]
    public void A_negative_line_is_refused() =>
        Assert.That(() => GpioInput.Open("/dev/gpiochip0", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
