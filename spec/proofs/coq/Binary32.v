(** * Claim 8, IEEE: float formats are of the kind that Rounding.v models, and the counterexample

    A binary format as Flocq defines it: numbers m 2^e with |m| < 2^prec and e >= emin, rounded to the nearest, ties
    to even, without an upper limit of the exponent; what IEEE arithmetic computes is that as long as the result does
    not overflow ([binary32_plus], [binary32_mult], [binary32_fma]). Then u = 2^-prec and eta = 2^(emin - 1).
    binary32 is prec = 24, emin = -149: u = 2^-24, 2 eta = 2^-149.

    The facts of the model are Flocq's: rounding is to a nearest number; the error of an addition is at most
    u / (1 + u) relative, underflow or not; any other result is either at least 2^(emin + prec - 1), with relative
    error at most u, or below, with absolute error at most half of 2^emin.

    The counterexample. k u A, sound for one convolution, is not sound for a block, even with k 2^-149 added: the
    smallest block, one channel and one tap, multiplies x = 16391 by Wp = 16615 and by Wd = 507. The exact product
    is 138074587755, k = 1, and both roundings go up: 272336465 to 272336480, and 138074595360 to 138074603520. The
    error is 15765, and u A is 138074587755 / 2^24 < 8230. The second rounding is what k does not count. In
    JavaScript: Math.fround(507 * Math.fround(16615 * 16391)). *)

From Coq Require Import ZArith List Lia Permutation Reals Lra Psatz.
From Flocq Require Import Core Relative Plus_error.
From Flocq Require IEEE754.Binary IEEE754.Bits.
From IGC Require Import Rounding.
Import ListNotations.
Local Open Scope R_scope.

Section AnyFormat.

Variables emin prec : Z.
Context {prec_positive : Prec_gt_0 prec}.

Definition format_of : R -> Prop := generic_format radix2 (FLT_exp emin prec).
Definition fl_of : R -> R := round radix2 (FLT_exp emin prec) ZnearestE.
Definition u_of : R := bpow radix2 (- prec).
Definition eta_of : R := bpow radix2 (emin - 1).

(** ** The hypotheses of the model *)

Lemma half (e : Z) : bpow radix2 (e - 1) = / 2 * bpow radix2 e.
Proof. unfold Z.sub. rewrite bpow_plus. change (bpow radix2 (-(1))) with (/ 2). ring. Qed.

Lemma u_is_flocqs : u_ro radix2 prec = u_of.
Proof. unfold u_ro, u_of. rewrite <- half. f_equal. lia. Qed.

Lemma zero_in_format : format_of 0.
Proof. apply generic_format_0. Qed.

Lemma fl_in_format (z : R) : format_of (fl_of z).
Proof. apply generic_format_round; [now apply FLT_exp_valid|apply valid_rnd_N]. Qed.

Lemma fl_to_nearest (z f : R) : format_of f -> Rabs (fl_of z - z) <= Rabs (f - z).
Proof. intro Ff. now apply round_N_pt; [apply FLT_exp_valid|]. Qed.

Lemma fl_relative_or_underflow (z : R) : Rabs (fl_of z - z) <= u_of * Rabs z \/ Rabs (fl_of z - z) <= eta_of.
Proof.
  destruct (Rle_or_lt (bpow radix2 (emin + prec - 1)) (Rabs z)) as [normal|small].
  - left. rewrite <- u_is_flocqs.
    exact (relative_error_N_FLT radix2 emin prec prec_positive (fun n => negb (Z.even n)) z normal).
  - right. unfold eta_of. rewrite half. rewrite <- (ulp_FLT_small radix2 emin prec z).
    + apply error_le_half_ulp. now apply FLT_exp_valid.
    + apply Rlt_le_trans with (1 := small). apply bpow_le. lia.
Qed.

Lemma fl_sum_error (a b : R) :
  format_of a -> format_of b -> (1 + u_of) * Rabs (fl_of (a + b) - (a + b)) <= u_of * Rabs (a + b).
Proof.
  intros Fa Fb.
  destruct (FLT_plus_error_N_ex radix2 emin prec (fun n => negb (Z.even n)) a b Fa Fb) as (eps & small & rounded).
  rewrite u_is_flocqs in small. unfold fl_of. rewrite rounded.
  replace ((a + b) * (1 + eps) - (a + b)) with (eps * (a + b)) by ring. rewrite Rabs_mult.
  assert (0 < u_of) by apply bpow_gt_0.
  apply (Rmult_le_compat_l (1 + u_of)) in small; [|lra].
  replace ((1 + u_of) * (u_of / (1 + u_of))) with u_of in small by (field; lra).
  apply (Rmult_le_compat_r (Rabs (a + b))) in small; [|apply Rabs_pos]. lra.
Qed.

(** ** The bounds *)

(** Claim 8: any order, with or without fused multiply-adds; K at least the number of nonzero products. *)
Theorem convolution_bound (xs : list (R * R)) (t : evaluation) (K : R) :
  Permutation (terms t) xs -> INR (nonzero xs) <= K ->
  Rabs (computed fl_of t - dot xs) <= K * u_of * magnitude xs + K * (1 + K * u_of) * eta_of.
Proof.
  apply (any_order_bound_for format_of); auto using zero_in_format, fl_in_format, fl_to_nearest,
    fl_relative_or_underflow, fl_sum_error; apply Rlt_le, bpow_gt_0.
Qed.

Lemma two_eta : 2 * eta_of = bpow radix2 emin.
Proof. unfold eta_of. rewrite half. field. Qed.

(** k u A + k 2^emin, for k up to 2^prec. *)
Theorem convolution_bound_simple (xs : list (R * R)) (t : evaluation) (K : R) :
  Permutation (terms t) xs -> INR (nonzero xs) <= K -> K <= bpow radix2 prec ->
  Rabs (computed fl_of t - dot xs) <= K * u_of * magnitude xs + K * bpow radix2 emin.
Proof.
  intros order few limit. rewrite <- two_eta.
  assert (K * u_of <= 1).
  { replace 1 with (bpow radix2 prec * u_of) by (unfold u_of; rewrite <- bpow_plus; now rewrite Z.add_opp_diag_r).
    apply Rmult_le_compat_r; [apply bpow_ge_0|assumption]. }
  apply (any_order_bound_simple format_of); auto using zero_in_format, fl_in_format, fl_to_nearest,
    fl_relative_or_underflow, fl_sum_error; apply Rlt_le, bpow_gt_0.
Qed.

(** Claim 8: the block, for (1 + K1 u)(1 + K2 u) <= 2. *)
Theorem block_bound (K1 K2 : R) (paths : list (R * evaluation)) (t : evaluation) :
  0 <= K1 ->
  Forall (fun p => INR (nonzero (terms (snd p))) <= K1) paths ->
  Permutation (terms t) (computed_paths fl_of paths) ->
  INR (nonzero (computed_paths fl_of paths)) <= K2 ->
  (1 + K1 * u_of) * (1 + K2 * u_of) <= 2 ->
  Rabs (computed fl_of t - dot (exact_paths paths)) <=
    ((1 + K1 * u_of) * (1 + K2 * u_of) - 1) * block_magnitude paths
    + K1 * bpow radix2 emin * weights_magnitude paths + K2 * bpow radix2 emin.
Proof.
  intros. rewrite <- two_eta.
  apply (two_stage_bound_simple format_of); auto using zero_in_format, fl_in_format, fl_to_nearest,
    fl_relative_or_underflow, fl_sum_error; apply Rlt_le, bpow_gt_0.
Qed.

End AnyFormat.

(** ** binary32 *)

Local Instance precision_positive : Prec_gt_0 24.
Proof. reflexivity. Qed.

Definition format : R -> Prop := format_of (-149) 24.
Definition fl : R -> R := fl_of (-149) 24.
Definition u : R := bpow radix2 (-24).

(** Claim 8, as the oracle states it: k u A + k 2^-149, for k up to 2^24 = 16 777 216. *)
Theorem binary32_convolution_bound (xs : list (R * R)) (t : evaluation) (K : R) :
  Permutation (terms t) xs -> INR (nonzero xs) <= K -> K <= bpow radix2 24 ->
  Rabs (computed fl t - dot xs) <= K * u * magnitude xs + K * bpow radix2 (-149).
Proof. exact (convolution_bound_simple (-149) 24 xs t K). Qed.

(** Claim 8, the block: K1, K2 up to 2^22 = 4 194 304 nonzero products in each sum of the first and second stage. *)
Theorem binary32_block_bound (K1 K2 : R) (paths : list (R * evaluation)) (t : evaluation) :
  0 <= K1 <= bpow radix2 22 -> 0 <= K2 <= bpow radix2 22 ->
  Forall (fun p => INR (nonzero (terms (snd p))) <= K1) paths ->
  Permutation (terms t) (computed_paths fl paths) ->
  INR (nonzero (computed_paths fl paths)) <= K2 ->
  Rabs (computed fl t - dot (exact_paths paths)) <=
    ((1 + K1 * u) * (1 + K2 * u) - 1) * block_magnitude paths
    + K1 * bpow radix2 (-149) * weights_magnitude paths + K2 * bpow radix2 (-149).
Proof.
  intros [K1_positive K1_small] [K2_positive K2_small] few order few2.
  apply (block_bound (-149) 24); try assumption.
  assert (forall K, 0 <= K -> K <= bpow radix2 22 -> 0 <= K * u <= / 4) as quarter.
  { intros K positive small. assert (0 < u) by apply bpow_gt_0. split; [apply Rmult_le_pos; lra|].
    replace (/ 4) with (bpow radix2 22 * u) by (unfold u; rewrite <- bpow_plus; simpl; lra).
    apply Rmult_le_compat_r; lra. }
  pose proof (quarter K1 K1_positive K1_small). pose proof (quarter K2 K2_positive K2_small).
  change (u_of 24) with u. nra.
Qed.

(** ** IEEE operations that do not overflow compute fl *)

Section Operations.
Import Binary Bits.

Theorem binary32_plus (a b : binary32) :
  is_finite 24 128 a = true -> is_finite 24 128 b = true ->
  Rabs (fl (B2R 24 128 a + B2R 24 128 b)) < bpow radix2 128 ->
  B2R 24 128 (b32_plus BinarySingleNaN.mode_NE a b) = fl (B2R 24 128 a + B2R 24 128 b).
Proof.
  intros a_finite b_finite no_overflow.
  pose proof (Bplus_correct 24 128 eq_refl eq_refl binop_nan_pl32 BinarySingleNaN.mode_NE a b a_finite b_finite) as correct.
  unfold fl, fl_of in no_overflow. rewrite Rlt_bool_true in correct by exact no_overflow. apply correct.
Qed.

Theorem binary32_mult (a b : binary32) :
  Rabs (fl (B2R 24 128 a * B2R 24 128 b)) < bpow radix2 128 ->
  B2R 24 128 (b32_mult BinarySingleNaN.mode_NE a b) = fl (B2R 24 128 a * B2R 24 128 b).
Proof.
  intro no_overflow.
  pose proof (Bmult_correct 24 128 eq_refl eq_refl binop_nan_pl32 BinarySingleNaN.mode_NE a b) as correct.
  unfold fl, fl_of in no_overflow. rewrite Rlt_bool_true in correct by exact no_overflow. apply correct.
Qed.

Theorem binary32_fma (a b c : binary32) :
  is_finite 24 128 a = true -> is_finite 24 128 b = true -> is_finite 24 128 c = true ->
  Rabs (fl (B2R 24 128 a * B2R 24 128 b + B2R 24 128 c)) < bpow radix2 128 ->
  B2R 24 128 (b32_fma BinarySingleNaN.mode_NE a b c) = fl (B2R 24 128 a * B2R 24 128 b + B2R 24 128 c).
Proof.
  intros a_finite b_finite c_finite no_overflow.
  pose proof (Bfma_correct 24 128 eq_refl eq_refl ternop_nan_pl32 BinarySingleNaN.mode_NE a b c
    a_finite b_finite c_finite) as correct.
  cbv zeta in correct. unfold fl, fl_of in no_overflow. rewrite Rlt_bool_true in correct by exact no_overflow.
  apply correct.
Qed.

End Operations.

(** ** The counterexample *)

(** How to round an integer by hand: n has 24 + e bits, and m 2^e is less than half of 2^e away. *)
Lemma round_integer (n m e : Z) :
  (0 <= e)%Z -> (2 ^ (23 + e) <= n < 2 ^ (24 + e))%Z -> (2 * Z.abs (n - m * 2 ^ e) < 2 ^ e)%Z ->
  fl (IZR n) = IZR (m * 2 ^ e).
Proof.
  intros e_positive [n_large n_small] close.
  assert (IZR (2 ^ e) = bpow radix2 e) as power by exact (IZR_Zpower radix2 e e_positive).
  assert (0 < bpow radix2 e) as power_positive by apply bpow_gt_0.
  assert (cexp radix2 (FLT_exp (-149) 24) (IZR n) = e) as exponent.
  { unfold cexp. rewrite (mag_unique radix2 (IZR n) (24 + e)); [unfold FLT_exp; lia|].
    rewrite Rabs_pos_eq by (apply IZR_le; pose proof (Z.pow_nonneg 2 (23 + e)); lia).
    replace (24 + e - 1)%Z with (23 + e)%Z by lia. rewrite <- !IZR_Zpower by lia.
    split; [now apply IZR_le|now apply IZR_lt]. }
  unfold fl, fl_of, round, scaled_mantissa. rewrite exponent. unfold F2R; simpl.
  rewrite mult_IZR, power. f_equal. apply IZR_eq. apply Znearest_imp.
  rewrite bpow_opp. replace (IZR n * / bpow radix2 e - IZR m) with (IZR (n - m * 2 ^ e) / IZR (2 ^ e)).
  - unfold Rdiv. rewrite Rabs_mult, Rabs_inv, <- !abs_IZR.
    rewrite (Z.abs_eq (2 ^ e)) by (apply Z.pow_nonneg; lia).
    apply Rmult_lt_reg_r with (IZR (2 ^ e)); [rewrite power; assumption|].
    rewrite Rmult_assoc, Rinv_l, Rmult_1_r by (rewrite power; lra).
    apply IZR_lt in close. rewrite mult_IZR in close. lra.
  - rewrite minus_IZR, mult_IZR, power. field. lra.
Qed.

(** The block with one channel and one tap, and no zero weight: k = 1. *)
Theorem one_stage_bound_is_not_sound_for_the_block :
  let x := 16391 in let wp := 16615 in let wd := 507 in
  format x /\ format wp /\ format wd /\
  fl (wd * fl (wp * x)) = 138074603520 /\
  1 * u * Rabs (wd * (wp * x)) + 1 * bpow radix2 (-149) < Rabs (fl (wd * fl (wp * x)) - wd * (wp * x)).
Proof.
  simpl.
  assert (forall n, (Z.abs n < 2 ^ 24)%Z -> format (IZR n)) as small_integer.
  { intros n small. apply generic_format_FLT. exists (Float radix2 n 0); [unfold F2R; simpl; ring|exact small|simpl; lia]. }
  repeat (split; [now apply small_integer|]).
  assert (fl (507 * fl (16615 * 16391)) = 138074603520) as rounded.
  { rewrite <- mult_IZR. rewrite (round_integer (16615 * 16391) 8510515 5) by (repeat split; now vm_compute).
    rewrite <- mult_IZR. now rewrite (round_integer (507 * (8510515 * 2 ^ 5)) 8427405 14) by (repeat split; now vm_compute). }
  split; [exact rounded|]. rewrite rounded.
  rewrite !Rabs_pos_eq by lra. unfold u.
  assert (bpow radix2 (-149) <= 1) as tiny by (apply (bpow_le radix2 (-149) 0); lia).
  simpl (bpow radix2 (-24)). lra.
Qed.
